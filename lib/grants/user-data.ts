import { NotFound, type OrganizationScope, requirePermission } from '@/lib/access'
import { auditEntry } from '@/lib/audit/audit'
import { ERASURE } from '@/lib/crypto/audit-exceptions'
import type { Management } from '@/lib/management/management'
import { dismissUpstreamTokens, endGrantsOf } from '@/lib/oauth/flow/end-grant'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { type Erasure, type UserData, userDataStore } from '@/lib/store/users/user-data'
import { findUser } from './list'

/**
 * Everything that is kept about an end user. That it was handed out is in the audit log.
 *
 * @throws Forbidden, NotFound, StoreUnavailable
 */
export async function exportUserData(
  scope: OrganizationScope,
  id: string,
  management: Management,
): Promise<UserData> {
  requirePermission(scope, 'manage_members')
  const { organizationId } = scope
  const { db, ports } = management
  const user = await findUser(scope, id, management)
  const data = await userDataStore(db).export({ organizationId, id: user.id })
  if (!data) throw new NotFound('user')
  await auditLogStore(db).append([auditEntry(scope, ports.clock(), record('user.exported', user.id))])
  return data
}

/**
 * Erases an end user: first everything that they connected ends, then what is kept about them goes, in one transaction
 * with the entry that records it. Who was blocked stays blocked, by the subject alone. Decision 0106.
 *
 * @returns what was erased
 * @throws Forbidden, NotFound, StoreUnavailable
 */
export async function eraseUser(
  scope: OrganizationScope,
  asked: string,
  management: Management,
): Promise<Erasure> {
  requirePermission(scope, 'manage_members')
  const { organizationId } = scope
  const { db, ports } = management
  const { id } = await findUser(scope, asked, management)
  await endGrantsOf({ organizationId, userId: id }, 'revoked_by_operator', ports)
  // While they are there to be revoked.
  await dismissUpstreamTokens(ports)
  const at = ports.clock()
  const erased = await userDataStore(db).erase({ organizationId, id }, at, (erasure) =>
    auditEntry(scope, at, { ...record(ERASURE, id), detail: erasure }),
  )
  if (!erased) throw new NotFound('user')
  return erased
}

/** By their id alone: the entry outlives what it is about. */
const record = (action: string, id: string) => ({
  action,
  targetKind: 'user',
  targetId: id,
  targetName: id,
})
