import { eq } from 'drizzle-orm'
import { organizations } from '@/drizzle/schema/organizations'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import { type Maker, mayStillMake } from '@/lib/store/credentials/makers'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { transactInTime } from '@/lib/store/database/in-time'

/** Days for which an organization keeps what is past; null: as everywhere, or for good. */
export type Retention = {
  readonly logins: number | null
  readonly auditLog: number | null
  readonly endedGrants: number | null
}

const columns = {
  logins: organizations.loginRetention,
  auditLog: organizations.auditRetention,
  endedGrants: organizations.grantRetention,
}

export function retentionStore(db: Database) {
  return guarded({
    async read(organizationId: string): Promise<Retention | null> {
      const [row] = await db.select(columns).from(organizations).where(eq(organizations.id, organizationId))
      return row ?? null
    },

    /**
     * Writes what `decide` says of what is stored, with the entry that records it. When it throws, nothing is written.
     *
     * @returns null where there is no such organization
     */
    change: (
      organizationId: string,
      maker: Maker | undefined,
      decide: (stored: Retention) => { readonly retention: Retention; readonly audit: AuditEntry },
    ): Promise<Retention | null> =>
      transactInTime(db, async (tx) => {
        const is = eq(organizations.id, organizationId)
        const [stored] = await tx.select(columns).from(organizations).where(is).for('no key update')
        if (!stored) return null
        await mayStillMake(tx, organizationId, maker)
        const { retention, audit } = decide(stored)
        const { logins, auditLog, endedGrants } = retention
        await tx
          .update(organizations)
          .set({ loginRetention: logins, auditRetention: auditLog, grantRetention: endedGrants })
          .where(is)
        await appendToAuditLog(tx, [audit])
        return retention
      }),
  })
}
