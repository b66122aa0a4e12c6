import { requestTimelineStore } from '@/lib/store/read/request-timelines'
import { printTimeline } from './print-timeline'
import type { Context } from './surroundings'

/** Tells how one login went. */
export async function showTimeline(
  { installation: { db }, config, out }: Context,
  reference: string,
): Promise<number> {
  const found = await requestTimelineStore(db).find(reference)
  if (!found) throw new Error(`there is no login with the reference ${reference}`)
  out(printTimeline(found, config.publicUrl, db.clock.now()))
  return 0
}
