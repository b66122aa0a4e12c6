import { type AuditRecord, auditLogStore } from '@/lib/store/audit/audit-log'
import { type OrganizationScope, requirePermission } from '../access'
import type { Management } from '../management/management'

/** Entries that are read at once for an export. */
const BATCH = 500

/**
 * Entries of an organization's audit log, the newest first.
 *
 * @param before the sequence of the one that the caller has seen last
 * @throws Forbidden
 */
export async function auditPage(
  scope: OrganizationScope,
  { limit, before }: { readonly limit: number; readonly before?: number },
  { db }: Pick<Management, 'db'>,
): Promise<readonly AuditRecord[]> {
  requirePermission(scope, 'read')
  return auditLogStore(db).list(scope.organizationId, limit, before)
}

/** The whole log, the newest first. Throws Forbidden at the first entry. */
export async function* auditExport(
  scope: OrganizationScope,
  management: Pick<Management, 'db'>,
): AsyncGenerator<AuditRecord> {
  let before: number | undefined
  for (;;) {
    const page = await auditPage(scope, { limit: BATCH, ...(before !== undefined && { before }) }, management)
    yield* page
    before = page.at(-1)?.sequence
    if (before === undefined) return
  }
}
