import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { browserSessions } from '@/drizzle/schema/browser-sessions'
import { grants } from '@/drizzle/schema/grants'
import { connections, users } from '@/drizzle/schema/organizations'
import { platformAccounts, platformUsers } from '@/drizzle/schema/platform-accounts'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import { type Made, type Making, mayStillMake } from '@/lib/store/credentials/makers'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { transactInTime } from '@/lib/store/database/in-time'
import { endGrantsIn } from '@/lib/store/oauth/grant-endings'
import { hasRoom } from '@/lib/store/quotas'

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
  /** Live ones, which end when the account is removed. */
  readonly grants: number
  /** Until when the link to choose a password is good; absent when there is none. */
  readonly linkExpiresAt?: Date
}

/** A link to choose a password. */
export type StoredLink = {
  readonly hash: string
  readonly expiresAt: Date
  /** Of an operator or an API key. */
  readonly createdById?: string
}

export const linkColumns = ({ hash, expiresAt, createdById }: StoredLink) => ({
  linkHash: hash,
  linkExpiresAt: expiresAt,
  linkCreatedById: createdById ?? null,
})

export const platformUserColumns = {
  id: platformUsers.id,
  connectionId: platformUsers.connectionId,
  name: platformUsers.name,
  address: platformUsers.address,
}

const SHOWN = 500

/** The end user that an account has become by logging in. */
const userOf = (db: Database | Transaction, connectionId: string, subject: string) =>
  db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.identitySource, `connection:${connectionId}`), eq(users.subject, subject)))

/** An account at one of the organization's connections. */
const isOf = (tx: Transaction, organizationId: string) =>
  inArray(
    platformUsers.connectionId,
    tx.select({ id: connections.id }).from(connections).where(eq(connections.organizationId, organizationId)),
  )

/** The people of platform connections, as their organization sees them. */
export function platformUserStore(db: Database) {
  return guarded({
    ...ofConnections(db),
    ...removal(db),

    async list(connectionId: string): Promise<readonly ListedPlatformUser[]> {
      const rows = await db
        .select({
          ...platformUserColumns,
          linkExpiresAt: platformUsers.linkExpiresAt,
          grants: liveGrants(db, connectionId),
          hasPassword: sql<boolean>`exists (select from ${platformAccounts} where ${platformAccounts.userId} = ${platformUsers.id})`,
        })
        .from(platformUsers)
        .where(eq(platformUsers.connectionId, connectionId))
        .orderBy(platformUsers.address)
        .limit(SHOWN)
      return rows.map(({ linkExpiresAt, ...row }) => ({ ...row, ...(linkExpiresAt && { linkExpiresAt }) }))
    },

    /** The hash of the password of who has this `email`; null when there is none. */
    async passwordOf(email: string): Promise<string | null> {
      const [row] = await db
        .select({ password: platformAccounts.password })
        .from(platformAccounts)
        .innerJoin(platformUsers, eq(platformUsers.id, platformAccounts.userId))
        .where(eq(platformUsers.email, email))
      return row?.password ?? null
    },

    async find(connectionId: string, id: string): Promise<PlatformUser | null> {
      const [row] = await db
        .select(platformUserColumns)
        .from(platformUsers)
        .where(and(eq(platformUsers.connectionId, connectionId), eq(platformUsers.id, id)))
      return row ?? null
    },

    /**
     * With the link to choose a password: should that fail by itself, the next try would find the address taken.
     *
     * @param most how many the organization may have, at all of its connections
     * @returns why not, where it was not created: its address is taken, the maker's role does not allow it any more, or
     *   there are too many
     */
    create: (
      {
        link,
        organizationId,
        ...user
      }: PlatformUser & {
        readonly email: string
        readonly link: StoredLink
        readonly organizationId: string
      },
      audit: readonly AuditEntry[],
      { maker, most }: Making,
    ): Promise<Made | 'taken'> =>
      transactInTime(db, async (tx) => {
        if (!(await mayStillMake(tx, organizationId, maker))) return 'forbidden'
        if (!(await hasRoom(tx, platformUsers, isOf(tx, organizationId), most))) return 'too_many'
        const created = await tx
          .insert(platformUsers)
          .values({ ...user, ...linkColumns(link) })
          .onConflictDoNothing({ target: platformUsers.email })
          .returning({ id: platformUsers.id })
        if (created.length > 0) await appendToAuditLog(tx, audit)
        return created.length > 0 ? 'created' : 'taken'
      }),
  })
}

function ofConnections(db: Database) {
  return {
    /** Whether a connection of this id logs people in here, and its name. */
    async connection(id: string) {
      const [row] = await db
        .select({
          id: connections.id,
          name: connections.name,
          organizationId: connections.organizationId,
        })
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
  }
}

function removal(db: Database) {
  return {
    /**
     * Removes the account, ends what its user connected, and has the browsers that they were in forget them.
     *
     * @param audit given the number of grants that end
     * @returns that number; null when there is no such account
     */
    remove: (
      { id, connectionId }: Pick<PlatformUser, 'id' | 'connectionId'>,
      at: Date,
      audit: (number: number) => readonly AuditEntry[],
    ): Promise<number | null> =>
      transactInTime(db, async (tx) => {
        const removed = await tx
          .delete(platformUsers)
          .where(and(eq(platformUsers.connectionId, connectionId), eq(platformUsers.id, id)))
          .returning({ id: platformUsers.id })
        if (removed.length === 0) return null
        const ended = await endGrantsIn(tx, inArray(grants.userId, userOf(tx, connectionId, id)), {
          reason: 'revoked_by_operator',
          at,
        })
        await forgetBrowsers(tx, connectionId, id)
        await appendToAuditLog(tx, audit(ended.length))
        return ended.length
      }),
  }
}

/** No browser that the person was in knows them any more. */
const forgetBrowsers = (tx: Transaction, connectionId: string, subject: string) =>
  tx
    .delete(browserSessions)
    .where(
      and(
        eq(
          browserSessions.organizationId,
          sql`(select organization_id from ${connections} where ${connections.id} = ${connectionId})`,
        ),
        inArray(browserSessions.userId, userOf(tx, connectionId, subject)),
      ),
    )

/** Of the account that a row is about. */
const liveGrants = (db: Database, connectionId: string) =>
  sql<number>`(${db
    .select({ number: sql`count(*)::int` })
    .from(grants)
    .innerJoin(users, eq(users.id, grants.userId))
    .where(
      and(
        eq(users.identitySource, `connection:${connectionId}`),
        eq(users.subject, platformUsers.id),
        isNull(grants.revokedAt),
      ),
    )})`
