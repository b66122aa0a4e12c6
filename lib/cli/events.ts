import { securityEventStore } from '@/lib/store/audit/security-events'
import { findServerBySlug } from '@/lib/store/oauth/servers'
import { printEvents } from './print-events'
import type { Context } from './surroundings'

/** Enough to read; for more, query the table. */
const LATEST = 100

/** Shows the latest of a server's audit trail. */
export async function listEvents({ installation: { db }, out }: Context, slug: string): Promise<number> {
  const server = await findServerBySlug(db, slug)
  if (!server) throw new Error(`there is no server with the slug ${slug}`)
  out(printEvents(await securityEventStore(db).list(server.id, LATEST)))
  return 0
}
