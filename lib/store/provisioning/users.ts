import { and, asc, eq, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import { provisionedUsers } from '@/drizzle/schema/provisioning'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import type { Database, Transaction } from '@/lib/store/database/database'
import { codeOf } from '@/lib/store/database/driver-error'
import { guarded } from '@/lib/store/database/guarded'
import { newId } from '@/lib/store/database/ids'
import { transactInTime } from '@/lib/store/database/in-time'
import { storable } from '@/lib/store/database/storable'
import { takeRoom } from './room'

type Row = typeof provisionedUsers.$inferSelect

/** What the provider says of a user. */
export type ProvisionedUser = Pick<
  Row,
  'userName' | 'externalId' | 'account' | 'email' | 'active' | 'attributes'
>

/** A user as it is stored. */
export type StoredUser = ProvisionedUser & Pick<Row, 'id' | 'createdAt' | 'updatedAt'>

/** What a user must be: all that is given. */
export type UserFilter = {
  readonly id?: string
  /** In any case. */
  readonly userName?: string
  readonly externalId?: string
  /** In any case. */
  readonly email?: string
  readonly active?: boolean
}

/** SQLSTATE. */
const UNIQUE_VIOLATION = '23505'

/** What was asked for: with how much of it to pass over, and how much to give. */
export type Window = { readonly offset: number; readonly limit: number }

/** Users of one connection, those that were deleted included. */
const MAX_USERS = 200_000

type Change = { readonly before: StoredUser; readonly after: StoredUser }
type AuditOf = (change: Change) => readonly AuditEntry[]

/**
 * Users that identity providers provision, in Postgres.
 *
 * @param most of one connection
 */
export const provisionedUserStore = (db: Database, most = MAX_USERS) =>
  guarded({ ...reading(db), ...writing(db, most) })

function reading(db: Database) {
  return {
    async list(connectionId: string, filter: UserFilter, { offset, limit }: Window) {
      const wanted = and(isLive(connectionId), ...conditionsOf(filter))
      const total = await db.$count(provisionedUsers, wanted)
      const rows = await db
        .select()
        .from(provisionedUsers)
        .where(wanted)
        .orderBy(asc(provisionedUsers.createdAt), asc(provisionedUsers.id))
        .offset(offset)
        .limit(limit)
      return { total, rows }
    },

    async find(connectionId: string, id: string): Promise<StoredUser | null> {
      const [row] = await db
        .select()
        .from(provisionedUsers)
        .where(and(isLive(connectionId), eq(provisionedUsers.id, id)))
      return row ?? null
    },
  }
}

function writing(db: Database, most: number) {
  return {
    /** @returns why not, where it was not created: its name is taken, or there are too many */
    create: (
      connectionId: string,
      user: ProvisionedUser,
      at: Date,
      audit: (made: StoredUser) => readonly AuditEntry[],
    ): Promise<StoredUser | 'taken' | 'too_many'> =>
      transactInTime(db, async (tx) => {
        const ofConnection = eq(provisionedUsers.connectionId, connectionId)
        const replaced = await tx
          .delete(provisionedUsers)
          .where(and(ofConnection, isNotNull(provisionedUsers.deletedAt), isSame(user)))
          .returning({ id: provisionedUsers.id })
        const count = () => tx.$count(provisionedUsers, ofConnection)
        if (replaced.length === 0 && !(await takeRoom(`users ${connectionId}`, most, at, count)))
          return 'too_many'
        const values = { ...storable(user), id: newId(), connectionId, createdAt: at, updatedAt: at }
        const [made] = await tx.insert(provisionedUsers).values(values).onConflictDoNothing().returning()
        if (!made) return 'taken'
        await appendToAuditLog(tx, audit(made))
        return made
      }),

    /**
     * @param edit what the user shall be; whatever it throws leaves all as it is
     * @returns null where there is no such user
     */
    change: (
      connectionId: string,
      id: string,
      at: Date,
      edit: (before: StoredUser) => ProvisionedUser,
      audit: AuditOf,
    ): Promise<Change | 'taken' | null> =>
      transactInTime(db, async (tx) => {
        const before = await hold(tx, connectionId, id)
        if (!before) return null
        const after = storable(edit(before))
        const [row] = await tx
          .update(provisionedUsers)
          .set({ ...after, updatedAt: at })
          .where(eq(provisionedUsers.id, id))
          .returning()
        if (!row) throw new Error('a row that is held is gone')
        const change = { before, after: row }
        await appendToAuditLog(tx, audit(change))
        return change
      }).catch((error: unknown) => {
        // Of several renamed to one name at the same moment, the index of names lets one through.
        if (codeOf(error) === UNIQUE_VIOLATION) return 'taken'
        throw error
      }),

    /**
     * The user is kept as one who cannot log in, until they are created again.
     *
     * @returns `isNew`: whether this deleted them; null where there never was such a user
     */
    remove: (
      connectionId: string,
      id: string,
      at: Date,
      audit: (user: StoredUser) => readonly AuditEntry[],
    ): Promise<{ readonly user: StoredUser; readonly isNew: boolean } | null> =>
      transactInTime(db, async (tx) => {
        const user = await holdAny(tx, connectionId, id)
        if (!user || user.deletedAt) return user && { user, isNew: false }
        const gone = { active: false, deletedAt: at, updatedAt: at, attributes: {} }
        await tx.update(provisionedUsers).set(gone).where(eq(provisionedUsers.id, id))
        await appendToAuditLog(tx, audit(user))
        return { user, isNew: true }
      }),
  }
}

const isLive = (connectionId: string) =>
  and(eq(provisionedUsers.connectionId, connectionId), isNull(provisionedUsers.deletedAt))

async function hold(tx: Transaction, connectionId: string, id: string): Promise<StoredUser | null> {
  const row = await holdAny(tx, connectionId, id)
  return row?.deletedAt ? null : row
}

/** Also one that was deleted. */
async function holdAny(tx: Transaction, connectionId: string, id: string): Promise<Row | null> {
  const [row] = await tx
    .select()
    .from(provisionedUsers)
    .where(and(eq(provisionedUsers.connectionId, connectionId), eq(provisionedUsers.id, id)))
    .for('update')
  return row ?? null
}

const hasName = (userName: string) => sql`lower(${provisionedUsers.userName}) = lower(${userName})`

/** Who comes back, whichever name they are known by. */
const isSame = ({ userName, account, email }: ProvisionedUser) =>
  or(
    hasName(userName),
    eq(provisionedUsers.account, account),
    email === null ? undefined : eq(provisionedUsers.email, email),
  )

function conditionsOf({ id, userName, externalId, email, active }: UserFilter): readonly (SQL | undefined)[] {
  return [
    id === undefined ? undefined : eq(provisionedUsers.id, id),
    userName === undefined ? undefined : hasName(userName),
    externalId === undefined
      ? undefined
      : and(eq(provisionedUsers.account, externalId), eq(provisionedUsers.externalId, externalId)),
    email === undefined ? undefined : eq(provisionedUsers.email, email.toLowerCase()),
    active === undefined ? undefined : eq(provisionedUsers.active, active),
  ]
}
