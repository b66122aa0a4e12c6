import { and, desc, eq, gt, isNull, lt, or } from 'drizzle-orm'
import { organizations } from '@/drizzle/schema/organizations'
import { setupLinks } from '@/drizzle/schema/setup-links'
import { omitNullish, type WithoutNullish } from '@/lib/omit-nullish'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { transactInTime } from '@/lib/store/database/in-time'
import { hasRoom } from '@/lib/store/quotas'
import { type Made, type Making, mayStillMake } from './makers'

/** Milliseconds for which the last use is not written again. */
const USE_PRECISION = 60_000

export const setupLinkColumns = {
  id: setupLinks.id,
  organizationId: setupLinks.organizationId,
  connectionId: setupLinks.connectionId,
  connectionName: setupLinks.connectionName,
  label: setupLinks.label,
  createdBy: setupLinks.createdBy,
  createdById: setupLinks.createdById,
  createdAt: setupLinks.createdAt,
  expiresAt: setupLinks.expiresAt,
  lastUsedAt: setupLinks.lastUsedAt,
  endedAt: setupLinks.endedAt,
  ending: setupLinks.ending,
}

type Row = Pick<typeof setupLinks.$inferSelect, keyof typeof setupLinkColumns>

/** A link as it may be shown: not what opens it. */
export type SetupLinkRow = WithoutNullish<Row>

/** A link that was presented, and the organization that it belongs to. */
export type PresentedSetupLink = SetupLinkRow & {
  /** Slug. */
  readonly organization: string
  readonly organizationName: string
}

export type NewSetupLink = Pick<
  SetupLinkRow,
  | 'id'
  | 'organizationId'
  | 'connectionId'
  | 'connectionName'
  | 'label'
  | 'createdBy'
  | 'createdById'
  | 'createdAt'
  | 'expiresAt'
> & {
  /** SHA-256 (hex). */
  readonly tokenHash: string
}

/** Setup links in Postgres. */
export function setupLinkStore(db: Database) {
  const isOpen = (now: Date) => and(isNull(setupLinks.endedAt), gt(setupLinks.expiresAt, now))
  return guarded({
    /**
     * Writes the link and its audit entry, or neither.
     *
     * @param most how many the organization may have, those included that ended and are still listed
     * @returns why not, where it was not created: the maker's role does not allow it any more, or there are too many
     */
    create: (link: NewSetupLink, audit: AuditEntry, { maker, most }: Making): Promise<Made> =>
      transactInTime(db, async (tx) => {
        const { organizationId } = link
        if (!(await mayStillMake(tx, organizationId, maker))) return 'forbidden'
        if (!(await hasRoom(tx, setupLinks, eq(setupLinks.organizationId, organizationId), most)))
          return 'too_many'
        await tx.insert(setupLinks).values(link)
        await appendToAuditLog(tx, [audit])
        return 'created'
      }),

    /** Whether a connection is still to be filled in, or changed, with a link. */
    async isAwaited(connectionId: string, now: Date): Promise<boolean> {
      const found = await db
        .select({ id: setupLinks.id })
        .from(setupLinks)
        .where(and(eq(setupLinks.connectionId, connectionId), isOpen(now)))
        .limit(1)
      return found.length > 0
    },

    ...reading(db),

    /**
     * Ends a valid link for good.
     *
     * @param audit makes the audit entry, given the link
     * @returns whether there was such a link
     */
    end: (
      { organizationId, id }: { readonly organizationId: string; readonly id: string },
      ending: 'revoked' | 'finished',
      at: Date,
      audit: (link: SetupLinkRow) => AuditEntry,
    ) =>
      transactInTime(db, async (tx) => {
        const [ended] = await tx
          .update(setupLinks)
          .set({ endedAt: at, ending })
          .where(and(eq(setupLinks.organizationId, organizationId), eq(setupLinks.id, id), isOpen(at)))
          .returning(setupLinkColumns)
        if (!ended) return false
        await appendToAuditLog(tx, [audit(omitNullish(ended))])
        return true
      }),

    /** The link with this hash, when it works now; notes that it is used. */
    async use(tokenHash: string, now: Date): Promise<PresentedSetupLink | null> {
      const [row] = await db
        .select({
          ...setupLinkColumns,
          organization: organizations.slug,
          organizationName: organizations.name,
        })
        .from(setupLinks)
        .innerJoin(organizations, eq(organizations.id, setupLinks.organizationId))
        .where(and(eq(setupLinks.tokenHash, tokenHash), isOpen(now)))
      if (!row) return null
      const stale = new Date(now.getTime() - USE_PRECISION)
      if (!row.lastUsedAt || row.lastUsedAt < stale)
        await db
          .update(setupLinks)
          .set({ lastUsedAt: now })
          .where(
            and(
              eq(setupLinks.id, row.id),
              or(isNull(setupLinks.lastUsedAt), lt(setupLinks.lastUsedAt, stale)),
            ),
          )
      return omitNullish(row)
    },
  })
}

function reading(db: Database) {
  return {
    /** Also those that ended, the newest first. */
    async list(organizationId: string): Promise<readonly SetupLinkRow[]> {
      const rows = await db
        .select(setupLinkColumns)
        .from(setupLinks)
        .where(eq(setupLinks.organizationId, organizationId))
        .orderBy(desc(setupLinks.createdAt), setupLinks.id)
      return rows.map(omitNullish)
    },
  }
}
