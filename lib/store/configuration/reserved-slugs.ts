import { isNotNull } from 'drizzle-orm'
import { connections } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import type { Transaction } from '@/lib/store/database/database'

/** Slugs and ids that were deleted anywhere in the installation, and are never reused. Decision 0045. */
export type ReservedSlugs = {
  /** Of servers. */
  readonly slugs: readonly string[]
  readonly connectionIds: readonly string[]
}

export async function readReservedSlugs(tx: Transaction): Promise<ReservedSlugs> {
  const [serverRows, connectionRows] = await Promise.all([
    tx.select({ slug: servers.slug }).from(servers).where(isNotNull(servers.deletedAt)),
    tx.select({ id: connections.id }).from(connections).where(isNotNull(connections.deletedAt)),
  ])
  return { slugs: serverRows.map(({ slug }) => slug), connectionIds: connectionRows.map(({ id }) => id) }
}
