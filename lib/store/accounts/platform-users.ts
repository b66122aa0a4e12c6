import { and, eq, isNull, sql } from 'drizzle-orm'
import { connections } from '@/drizzle/schema/organizations'
import { platformAccounts, platformUsers } from '@/drizzle/schema/platform-accounts'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

/** An end user with an account at Vestibule, for one connection. */
export type PlatformUser = {
  readonly id: string
  readonly connectionId: string
  readonly name: string
  readonly address: string
}

/** With what the operator's page says of them. */
export type ListedPlatformUser = PlatformUser & {
  readonly hasPassword: boolean
  /** Until when the link to choose a password is good; absent when there is none. */
  readonly linkExpiresAt?: Date
}

export const platformUserColumns = {
  id: platformUsers.id,
  connectionId: platformUsers.connectionId,
  name: platformUsers.name,
  address: platformUsers.address,
}

const SHOWN = 500

/** The people of platform connections, as their organization sees them. */
export function platformUserStore(db: Database) {
  return guarded({
    /** Whether a connection of this id logs people in here, and its name. */
    async connection(id: string) {
      const [row] = await db
        .select({ id: connections.id, name: connections.name })
        .from(connections)
        .where(and(eq(connections.id, id), eq(connections.type, 'platform'), isNull(connections.deletedAt)))
      return row ?? null
    },

    /** A platform connection of an organization, by its slug. */
    async connectionOf(organizationId: string, slug: string) {
      const [row] = await db
        .select({ id: connections.id, name: connections.name, slug: connections.slug })
        .from(connections)
        .where(
          and(
            eq(connections.organizationId, organizationId),
            eq(connections.slug, slug),
            eq(connections.type, 'platform'),
            isNull(connections.deletedAt),
          ),
        )
      return row ?? null
    },

    async list(connectionId: string): Promise<readonly ListedPlatformUser[]> {
      const rows = await db
        .select({
          ...platformUserColumns,
          linkExpiresAt: platformUsers.linkExpiresAt,
          hasPassword: sql<boolean>`exists (select from ${platformAccounts} where ${platformAccounts.userId} = ${platformUsers.id})`,
        })
        .from(platformUsers)
        .where(eq(platformUsers.connectionId, connectionId))
        .orderBy(platformUsers.address)
        .limit(SHOWN)
      return rows.map(({ linkExpiresAt, ...row }) => ({ ...row, ...(linkExpiresAt && { linkExpiresAt }) }))
    },

    async find(connectionId: string, id: string): Promise<PlatformUser | null> {
      const [row] = await db
        .select(platformUserColumns)
        .from(platformUsers)
        .where(and(eq(platformUsers.connectionId, connectionId), eq(platformUsers.id, id)))
      return row ?? null
    },

    /** @returns whether there was one */
    remove: (connectionId: string, id: string, audit: readonly AuditEntry[]): Promise<boolean> =>
      db.transaction(async (tx) => {
        const removed = await tx
          .delete(platformUsers)
          .where(and(eq(platformUsers.connectionId, connectionId), eq(platformUsers.id, id)))
          .returning({ id: platformUsers.id })
        if (removed.length > 0) await appendToAuditLog(tx, audit)
        return removed.length > 0
      }),

    /** @returns false when the address is taken */
    create: (
      user: PlatformUser & { readonly email: string },
      audit: readonly AuditEntry[],
    ): Promise<boolean> =>
      db.transaction(async (tx) => {
        const created = await tx
          .insert(platformUsers)
          .values(user)
          .onConflictDoNothing({ target: platformUsers.email })
          .returning({ id: platformUsers.id })
        if (created.length > 0) await appendToAuditLog(tx, audit)
        return created.length > 0
      }),
  })
}
