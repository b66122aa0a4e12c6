import type { Installation } from '@/lib/services/installation'
import { securityEventStore } from '@/lib/store/audit/security-events'
import { findServerBySlug } from '@/lib/store/oauth/servers'
import { printEvents } from './print-events'

type Output = { out(line: string): void }

/** Enough to read; for more, query the table. */
const LATEST = 100

/** Shows the latest of a server's audit trail. */
export async function listEvents(slug: string, { db }: Installation, { out }: Output): Promise<number> {
  const server = await findServerBySlug(db, slug)
  if (!server) throw new Error(`there is no server with the slug ${slug}`)
  out(printEvents(await securityEventStore(db).list(server.id, LATEST)))
  return 0
}
