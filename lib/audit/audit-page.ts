import { type AuditFilter, type AuditRecord, auditLogStore } from '@/lib/store/audit/audit-log'
import { type OrganizationScope, requirePermission } from '../access'
import type { Management } from '../management/management'
import { checkChain } from './audit-log'

/** Whose log: an organization's, or that of the installation. */
type Scope = OrganizationScope | (Pick<OrganizationScope, 'permissions'> & { readonly organizationId: null })

/** Entries that are read at once for an export. */
const BATCH = 500

/**
 * Entries of an audit log, the newest first.
 *
 * @throws Forbidden
 */
export async function auditPage(
  scope: Scope,
  { limit, ...filter }: AuditFilter & { readonly limit: number },
  { db }: Pick<Management, 'db'>,
): Promise<readonly AuditRecord[]> {
  return auditLogStore(db).find(chainOf(scope), filter, limit)
}

/** All that fits, the newest first. Throws Forbidden at the first entry. */
export async function* auditExport(
  scope: Scope,
  filter: AuditFilter,
  management: Pick<Management, 'db'>,
): AsyncGenerator<AuditRecord> {
  let before: number | undefined
  for (;;) {
    const wanted = { ...filter, limit: BATCH, ...(before !== undefined && { before }) }
    const page = await auditPage(scope, wanted, management)
    yield* page
    before = page.at(-1)?.sequence
    if (before === undefined) return
  }
}

/** Walks a whole log, as `checkAuditLog`. @throws Forbidden */
export async function verifyAuditLog(scope: Scope, { db }: Pick<Management, 'db'>) {
  return checkChain(chainOf(scope), db)
}

function chainOf(scope: Scope): string {
  requirePermission(scope, scope.organizationId === null ? 'own' : 'read')
  return scope.organizationId ?? 'installation'
}
