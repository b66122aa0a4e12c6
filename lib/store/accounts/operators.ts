import { and, eq, isNull, sql } from 'drizzle-orm'
import { members, operators } from '@/drizzle/schema/operators'
import { organizations } from '@/drizzle/schema/organizations'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { transactInTime } from '@/lib/store/database/in-time'
import { createOperator, type NewOperatorRow } from './new-operator'

/** A lock number that no other code uses: "operator" in ASCII. */
const LOCK = '8029759185026510706'

/** What of operators better-auth does not know. */
export function operatorStore(db: Database) {
  return guarded({
    async anyOperator(): Promise<boolean> {
      const [row] = await db.select({ id: operators.id }).from(operators).limit(1)
      return row !== undefined
    },

    /**
     * Writes the first operator, who runs the installation, with the audit entry. Callers queue, so one of several at
     * once does.
     *
     * @param prepare what has to succeed before
     * @returns the result of `prepare`; undefined when there was an operator
     */
    createFirst: <T>(
      operator: NewOperatorRow & { readonly id: string },
      prepare: () => Promise<T>,
      audit: AuditEntry,
    ): Promise<T | undefined> =>
      transactInTime(db, async (tx) => {
        await tx.execute(sql`select pg_advisory_xact_lock(${LOCK}::bigint)`)
        const [row] = await tx.select({ id: operators.id }).from(operators).limit(1)
        if (row) return undefined
        const prepared = await prepare()
        await createOperator(tx, operator.id, { ...operator, isInstallationOperator: true })
        await appendToAuditLog(tx, [audit])
        return prepared
      }),

    /** An organization by its slug, with the operator's role in it. */
    async organization(operatorId: string, slug: string) {
      const [row] = await db
        .select({
          id: organizations.id,
          slug: organizations.slug,
          name: organizations.name,
          role: members.role,
        })
        .from(organizations)
        .leftJoin(members, and(eq(members.organizationId, organizations.id), eq(members.userId, operatorId)))
        .where(and(eq(organizations.slug, slug), isNull(organizations.deletedAt)))
      return row ?? null
    },
  })
}
