import { and, eq, gt, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import { apiKeys } from '@/drizzle/schema/api-keys'
import { organizations } from '@/drizzle/schema/organizations'
import { omitNullish } from '@/lib/omit-nullish'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { transactInTime } from '@/lib/store/database/in-time'
import { hasRoom } from '@/lib/store/quotas'
import { type ApiKeyRow, apiKeyColumns } from './api-key-row'
import { type Descent, endDescent, NOTHING } from './descent'
import { type Made, type Making, mayStillMake } from './makers'

/** Whose keys: those of one organization, or of the installation. */
export type KeyOwner = { readonly organizationId: string | null }

/** Milliseconds for which the last use is not written again. */
const USE_PRECISION = 60_000

/** A key that was presented, and where it may be used. */
export type PresentedKey = ApiKeyRow & { readonly organization?: string }

export type NewApiKey = KeyOwner &
  Pick<ApiKeyRow, 'id' | 'name' | 'role' | 'createdBy' | 'createdById' | 'createdAt' | 'expiresAt'> & {
    /** SHA-256 (hex). */
    readonly hash: string
  }

const owned = ({ organizationId }: KeyOwner): SQL | undefined =>
  organizationId === null ? isNull(apiKeys.organizationId) : eq(apiKeys.organizationId, organizationId)

/** API keys in Postgres. */
export function apiKeyStore(db: Database) {
  return guarded({
    /**
     * Writes the key and its audit entry, or neither.
     *
     * @param most how many the organization may have
     * @returns why not, where it was not created: the maker's role does not allow it any more, or there are too many
     */
    create: (key: NewApiKey, audit: AuditEntry, { maker, most }: Making): Promise<Made> =>
      transactInTime(db, async (tx) => {
        if (!(await mayStillMake(tx, key.organizationId, maker))) return 'forbidden'
        if (!(await hasRoom(tx, apiKeys, owned(key), most))) return 'too_many'
        await tx.insert(apiKeys).values(key)
        await appendToAuditLog(tx, [audit])
        return 'created'
      }),

    ...reading(db),

    /**
     * Revokes a key for good, and what was made with it.
     *
     * @param audit makes the audit entries, given the key and what ended with it
     * @returns whether there was such a key to revoke
     */
    revoke: (
      owner: KeyOwner,
      id: string,
      at: Date,
      audit: (key: ApiKeyRow, descent: Descent) => readonly AuditEntry[],
    ) =>
      transactInTime(db, async (tx) => {
        const [revoked] = await tx
          .update(apiKeys)
          .set({ revokedAt: at })
          .where(and(owned(owner), eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
          .returning(apiKeyColumns)
        if (!revoked) return false
        const descent = await endDescent(tx, { id, organizationId: null }, NOTHING, at)
        await appendToAuditLog(tx, audit(omitNullish(revoked), descent))
        return true
      }),

    /** The key with this hash, when it may be used now; notes that it is. */
    async use(hash: string, now: Date): Promise<PresentedKey | null> {
      const [row] = await db
        .select({ ...apiKeyColumns, organization: organizations.slug })
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

function reading(db: Database) {
  return {
    /**
     * In the order of their names; revoked ones are not among them.
     *
     * @param after name and id of the last one that the caller has seen
     */
    async list(owner: KeyOwner, limit: number, after?: readonly [string, string]) {
      const rows = await db
        .select(apiKeyColumns)
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

    /** Null when it is revoked. */
    async find(owner: KeyOwner, id: string): Promise<ApiKeyRow | null> {
      const [row] = await db
        .select(apiKeyColumns)
        .from(apiKeys)
        .where(and(owned(owner), eq(apiKeys.id, id), isNull(apiKeys.revokedAt)))
      return row ? omitNullish(row) : null
    },
  }
}
