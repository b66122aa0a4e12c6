import { clientAndUserStore } from '@/lib/store/read/clients-and-users'
import { changerOf, type OrganizationScope, requirePermission } from '../access'
import { auditEntry } from '../audit/audit'
import type { Management } from '../management/management'
import { findClient, findUser } from './list'

/**
 * Keeps a client out, or lets it in again. While it is blocked it gets no login and no token, and its tokens are not
 * good wherever we are asked; its grants stay. Harmless when it is so already.
 *
 * @throws Forbidden, NotFound
 */
export async function setClientBlocked(
  scope: OrganizationScope,
  id: string,
  blocked: boolean,
  management: Management,
): Promise<void> {
  requirePermission(scope, 'revoke')
  const client = await findClient(scope, id, management)
  const at = management.ports.clock()
  const ending = { at, step: 'consent', outcome: 'failed', reason: 'client_blocked' } as const
  const audit = auditEntry(scope, at, {
    action: blocked ? 'client.blocked' : 'client.unblocked',
    targetKind: 'client',
    targetId: id,
    targetName: client.name ?? client.clientId,
    detail: { clientId: client.clientId, server: client.server },
  })
  const change = { audit, ...(blocked && { ending }) }
  await clientAndUserStore(management.db).blockClient(
    scope.organizationId,
    id,
    change,
    changerOf(scope, 'revoke'),
  )
}

/**
 * Keeps a user out, or lets them in again: as {@link setClientBlocked}.
 *
 * @throws Forbidden, NotFound
 */
export async function setUserBlocked(
  scope: OrganizationScope,
  id: string,
  blocked: boolean,
  management: Management,
): Promise<void> {
  requirePermission(scope, 'revoke')
  const user = await findUser(scope, id, management)
  const at = management.ports.clock()
  const audit = auditEntry(scope, at, {
    action: blocked ? 'user.blocked' : 'user.unblocked',
    targetKind: 'user',
    targetId: user.id,
    targetName: user.email ?? user.name ?? user.subject,
  })
  const change = { audit, ...(blocked && { at }) }
  await clientAndUserStore(management.db).blockUser(
    scope.organizationId,
    user.id,
    change,
    changerOf(scope, 'revoke'),
  )
}
