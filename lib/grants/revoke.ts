import { endGrant, endGrantsOf } from '@/lib/oauth/flow/end-grant'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { type OrganizationScope, requirePermission } from '../access'
import { type AuditEvent, auditEntry } from '../audit/audit'
import type { Management } from '../management/management'
import { findClient, findGrant, findUser, serverOf } from './list'

/** What was ended, and what of it cannot be called back. */
export type Revocation = {
  readonly number: number
  /**
   * Seconds for which signed access tokens that are verified offline may still be taken; 0 where there are none:
   * opaque ones end at once, as do all at introspection.
   */
  readonly offlineFor: number
}

/**
 * Ends one grant: with it all its tokens, and what is held of the identity provider's.
 *
 * @throws Forbidden, NotFound
 * @throws StoreUnavailable
 */
export async function revokeGrant(
  scope: OrganizationScope,
  id: string,
  management: Management,
): Promise<Revocation> {
  requirePermission(scope, 'revoke')
  const grant = await findGrant(scope, id, management)
  if (grant.revokedAt) return { number: 0, offlineFor: 0 }
  await endGrant(id, 'revoked_by_operator', management.ports)
  const whose = grant.userEmail ?? grant.userName ?? grant.userId
  const targetName = whose ? `${whose} at ${grant.clientName ?? grant.clientId}` : grant.clientId
  await record(scope, management, { action: 'grant.revoked', targetKind: 'grant', targetId: id, targetName })
  return { number: 1, offlineFor: grant.tokenFormat === 'jwt' ? grant.accessTokenLifetime : 0 }
}

/** @throws as {@link revokeGrant} */
export async function revokeGrantsOfClient(scope: OrganizationScope, id: string, management: Management) {
  requirePermission(scope, 'revoke')
  const client = await findClient(scope, id, management)
  const { organizationId } = scope
  const of = { organizationId, serverId: client.serverId, clientRowId: client.id }
  const number = await endGrantsOf(of, 'revoked_by_operator', management.ports)
  await record(scope, management, {
    action: 'client.grants_revoked',
    targetKind: 'client',
    targetId: id,
    targetName: client.name ?? client.clientId,
    detail: { number },
  })
  return number
}

/** @throws as {@link revokeGrant} */
export async function revokeGrantsOfUser(scope: OrganizationScope, id: string, management: Management) {
  requirePermission(scope, 'revoke')
  const user = await findUser(scope, id, management)
  const { organizationId } = scope
  const number = await endGrantsOf({ organizationId, userId: id }, 'revoked_by_operator', management.ports)
  await record(scope, management, {
    action: 'user.grants_revoked',
    targetKind: 'user',
    targetId: id,
    targetName: user.email ?? user.name ?? user.subject,
    detail: { number },
  })
  return number
}

/**
 * @param slug of the server
 * @throws as {@link revokeGrant}
 */
export async function revokeGrantsOfServer(scope: OrganizationScope, slug: string, management: Management) {
  requirePermission(scope, 'revoke')
  const { id: serverId } = await serverOf(scope, slug, management)
  const { organizationId } = scope
  const number = await endGrantsOf({ organizationId, serverId }, 'revoked_by_operator', management.ports)
  await record(scope, management, {
    action: 'server.grants_revoked',
    targetKind: 'server',
    targetId: serverId,
    targetName: slug,
    detail: { number },
  })
  return number
}

async function record(
  scope: OrganizationScope,
  { db, ports }: Management,
  auditEvent: AuditEvent,
): Promise<void> {
  await auditLogStore(db).append([auditEntry(scope, ports.clock(), auditEvent)])
}
