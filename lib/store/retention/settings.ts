import { eq } from 'drizzle-orm'
import { organizations } from '@/drizzle/schema/organizations'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

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

    /** With the entry that records it. */
    write: (
      organizationId: string,
      { logins, auditLog, endedGrants }: Retention,
      audit: AuditEntry,
    ): Promise<void> =>
      db.transaction(async (tx) => {
        await tx
          .update(organizations)
          .set({ loginRetention: logins, auditRetention: auditLog, grantRetention: endedGrants })
          .where(eq(organizations.id, organizationId))
        await appendToAuditLog(tx, [audit])
      }),
  })
}
