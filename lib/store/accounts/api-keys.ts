import { and, eq, gt, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import { apiKeys } from '@/drizzle/schema/api-keys'
import { members } from '@/drizzle/schema/operators'
import { organizations } from '@/drizzle/schema/organizations'
import { omitNullish, type WithoutNullish } from '@/lib/omit-nullish'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

/** Whose keys: those of one organization, or of the installation. */
export type KeyOwner = { readonly organizationId: string | null }

/** Milliseconds for which the last use is not written again. */
const USE_PRECISION = 60_000

const columns = {
  id: apiKeys.id,
  name: apiKeys.name,
  role: apiKeys.role,
  createdBy: apiKeys.createdBy,
  createdAt: apiKeys.createdAt,
  expiresAt: apiKeys.expiresAt,
  revokedAt: apiKeys.revokedAt,
  lastUsedAt: apiKeys.lastUsedAt,
}

type Row = Pick<typeof apiKeys.$inferSelect, keyof typeof columns>

/** A key as it may be shown: what it is, and nothing to use it with. */
export type ApiKeyRow = WithoutNullish<Row>

/** A key that was presented, and where it may be used. */
export type PresentedKey = ApiKeyRow & { readonly organizationId?: string; readonly organization?: string }

export type NewApiKey = KeyOwner &
  Pick<ApiKeyRow, 'id' | 'name' | 'role' | 'createdBy' | 'createdAt' | 'expiresAt'> & {
    /** SHA-256 (hex). */
    readonly hash: string
  }

/** A member who makes a key; `mayStill` is asked with their role at that very moment. */
export type KeyMaker = {
  readonly operatorId: string
  mayStill(role: (typeof members.$inferSelect)['role'] | undefined): boolean
}

async function roleBehindLock(tx: Transaction, organizationId: string | null, operatorId: string) {
  await tx.execute(
    sql`select from ${organizations} where ${organizations.id} = ${organizationId} for no key update`,
  )
  const [member] = await tx
    .select({ role: members.role })
    .from(members)
    .where(and(eq(members.organizationId, organizationId ?? ''), eq(members.userId, operatorId)))
  return member?.role
}

/** API keys in Postgres. */
export function apiKeyStore(db: Database) {
  const owned = ({ organizationId }: KeyOwner): SQL | undefined =>
    organizationId === null ? isNull(apiKeys.organizationId) : eq(apiKeys.organizationId, organizationId)
  return guarded({
    /**
     * Writes the key and its audit entry, or neither.
     *
     * @param maker a member of the key's organization; concurrent changes of roles there queue
     * @returns false when the maker's role does not allow it any more
     */
    create: (key: NewApiKey, audit: AuditEntry, maker?: KeyMaker): Promise<boolean> =>
      db.transaction(async (tx) => {
        if (maker && !maker.mayStill(await roleBehindLock(tx, key.organizationId, maker.operatorId)))
          return false
        await tx.insert(apiKeys).values(key)
        await appendToAuditLog(tx, [audit])
        return true
      }),

    /**
     * In the order of their names; revoked ones are not among them.
     *
     * @param after name and id of the last one that the caller has seen
     */
    async list(owner: KeyOwner, limit: number, after?: readonly [string, string]) {
      const rows = await db
        .select(columns)
        .from(apiKeys)
        .where(
          and(
            owned(owner),
            isNull(apiKeys.revokedAt),
            after && sql`(${apiKeys.name}, ${apiKeys.id}) > (${after[0]}, ${after[1]})`,
          ),
        )
        .orderBy(apiKeys.name, apiKeys.id)
        .limit(limit)
      return rows.map(omitNullish) as readonly ApiKeyRow[]
    },

    /**
     * Revokes a key for good.
     *
     * @param audit makes the audit entry, given the key
     * @returns whether there was such a key to revoke
     */
    revoke: (owner: KeyOwner, id: string, at: Date, audit: (key: ApiKeyRow) => AuditEntry) =>
      db.transaction(async (tx) => {
        const [revoked] = await tx
          .update(apiKeys)
          .set({ revokedAt: at })
          .where(and(owned(owner), eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
          .returning(columns)
        if (!revoked) return false
        await appendToAuditLog(tx, [audit(omitNullish(revoked))])
        return true
      }),

    /** The key with this hash, when it may be used now; notes that it is. */
    async use(hash: string, now: Date): Promise<PresentedKey | null> {
      const [row] = await db
        .select({ ...columns, organizationId: apiKeys.organizationId, organization: organizations.slug })
        .from(apiKeys)
        .leftJoin(organizations, eq(organizations.id, apiKeys.organizationId))
        .where(
          and(
            eq(apiKeys.hash, hash),
            isNull(apiKeys.revokedAt),
            or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)),
          ),
        )
      if (!row) return null
      const stale = new Date(now.getTime() - USE_PRECISION)
      if (!row.lastUsedAt || row.lastUsedAt < stale)
        await db
          .update(apiKeys)
          .set({ lastUsedAt: now })
          .where(and(eq(apiKeys.id, row.id), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, stale))))
      return omitNullish(row)
    },
  })
}
