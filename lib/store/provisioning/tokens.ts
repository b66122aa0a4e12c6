import { and, eq, isNull } from 'drizzle-orm'
import { connections } from '@/drizzle/schema/organizations'
import { scimTokens } from '@/drizzle/schema/provisioning'
import type { Connection } from '@/lib/oauth/model'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import { type Asking, mayStillMake } from '@/lib/store/credentials/makers'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { transactInTime } from '@/lib/store/database/in-time'

/** The connection that a token is of, and its settings. */
export type ScimConnection = Pick<Connection, 'id' | 'organizationId' | 'name'> & {
  readonly settings: Readonly<Record<string, unknown>>
}

/** Tokens of SCIM clients in Postgres: one for each connection. */
export function scimTokenStore(db: Database) {
  return guarded({
    /** The connection of a token; null when there is no such token any more. */
    async find(hash: string): Promise<ScimConnection | null> {
      const { id, organizationId, name, settings } = connections
      const [row] = await db
        .select({ id, organizationId, name, settings })
        .from(scimTokens)
        .innerJoin(connections, eq(connections.id, scimTokens.connectionId))
        .where(and(eq(scimTokens.hash, hash), isNull(connections.deletedAt)))
      return row ?? null
    },

    /** The connections of an organization that have one. */
    async holders(organizationId: string): Promise<readonly string[]> {
      const rows = await db
        .select({ id: connections.id })
        .from(scimTokens)
        .innerJoin(connections, eq(connections.id, scimTokens.connectionId))
        .where(eq(connections.organizationId, organizationId))
      return rows.map(({ id }) => id)
    },

    /** Replaces the token: the one before is void at once. */
    set: (
      row: typeof scimTokens.$inferInsert,
      audit: readonly AuditEntry[],
      { organizationId, maker }: Asking,
    ) =>
      transactInTime(db, async (tx) => {
        await mayStillMake(tx, organizationId, maker)
        const { connectionId: _, ...set } = row
        await tx.insert(scimTokens).values(row).onConflictDoUpdate({ target: scimTokens.connectionId, set })
        await appendToAuditLog(tx, audit)
      }),

    remove: (connectionId: string, audit: readonly AuditEntry[], { organizationId, maker }: Asking) =>
      transactInTime(db, async (tx) => {
        await mayStillMake(tx, organizationId, maker)
        const removed = await tx
          .delete(scimTokens)
          .where(eq(scimTokens.connectionId, connectionId))
          .returning({ connectionId: scimTokens.connectionId })
        if (removed.length > 0) await appendToAuditLog(tx, audit)
      }),
  })
}
