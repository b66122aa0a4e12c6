import { NotFound, type OrganizationScope, requirePermission } from '@/lib/access'
import type { Management } from '@/lib/management/management'
import {
  type AuditFilter,
  type AuditRecord,
  auditChainStore,
  auditLogStore,
} from '@/lib/store/audit/audit-log'
import { exportedEntry } from './exported-entry'

/** Which log: the organization's, or that of the installation, which only who runs it sees. */
export type Chain = 'organization' | 'installation'

export type AuditPage = {
  readonly entries: readonly AuditRecord[]
  /** There are older ones: for `before`. */
  readonly next?: number
}

const PAGE = 50
const EXPORT_BATCH = 500

/**
 * The newest entries that fit, the newest first.
 *
 * @throws Forbidden, StoreUnavailable
 * @throws NotFound for the installation's log when it is not theirs to see
 */
export async function readAuditLog(
  scope: OrganizationScope,
  chain: Chain,
  filter: AuditFilter,
  { db }: Management,
): Promise<AuditPage> {
  const found = await auditLogStore(db).find(idOf(scope, chain), filter, PAGE + 1)
  const entries = found.slice(0, PAGE)
  const last = entries.at(-1)
  return { entries, ...(found.length > PAGE && last && { next: last.sequence }) }
}

/**
 * Walks the whole chain.
 *
 * @returns `broken`: the sequence of the first entry that does not fit; null when all do. `last`: the newest entry
 * @throws as {@link readAuditLog}
 */
export async function checkAuditLog(scope: OrganizationScope, chain: Chain, { db }: Management) {
  return checkChain(idOf(scope, chain), db)
}

/** As {@link checkAuditLog}, of a caller who may see the chain. */
export async function checkChain(id: string, db: Management['db']) {
  // First: what is added meanwhile is none of this check's.
  const [last] = await auditLogStore(db).list(id, 1)
  return { broken: await auditChainStore(db).firstBroken(id), last: last ?? null }
}

/**
 * The whole log as lines of JSON, the oldest entry first, read while it is written out.
 *
 * @throws as {@link readAuditLog}, before the first line
 */
export function exportAuditLog(
  scope: OrganizationScope,
  chain: Chain,
  { db }: Management,
): AsyncGenerator<string> {
  return exportChain(db, idOf(scope, chain))
}

/** As {@link exportAuditLog}, of a chain by its id: also that of an organization that was deleted. */
export async function* exportChain(db: Management['db'], id: string): AsyncGenerator<string> {
  const store = auditLogStore(db)
  for (let after = 0; ; ) {
    const entries = await store.listAfter(id, after, EXPORT_BATCH)
    const last = entries.at(-1)
    if (!last) return
    yield entries.map((entry) => `${JSON.stringify(exportedEntry(entry))}\n`).join('')
    after = last.sequence
  }
}

function idOf(scope: OrganizationScope, chain: Chain): string {
  requirePermission(scope, 'read')
  if (chain === 'organization') return scope.organizationId
  if (!scope.isInstallationOperator) throw new NotFound('audit log')
  return 'installation'
}
