import { endGrant, endGrantsOf } from '@/lib/oauth/flow/end-grant'
import type { GrantsOf } from '@/lib/oauth/ports/tokens'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { type OrganizationScope, requirePermission } from '../access'
import { auditEntry } from '../audit/audit'
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
  const whose = grant.userEmail ?? grant.userName ?? grant.userId
  const targetName = whose ? `${whose} at ${grant.clientName ?? grant.clientId}` : grant.clientId
  const done = { action: 'grant.revoked', targetKind: 'grant', targetId: id, targetName }
  const entries = () => [auditEntry(scope, management.ports.clock(), done)]
  if (!(await endGrant(id, 'revoked_by_operator', management.ports, { entries })))
    return { number: 0, offlineFor: 0 }
  return { number: 1, offlineFor: grant.tokenFormat === 'jwt' ? grant.accessTokenLifetime : 0 }
}

/** @throws as {@link revokeGrant} */
export async function revokeGrantsOfClient(scope: OrganizationScope, id: string, management: Management) {
  requirePermission(scope, 'revoke')
  const { organizationId } = scope
  const { serverId, name, clientId } = await findClient(scope, id, management)
  return revokeAll(
    scope,
    { organizationId, serverId, clientRowId: id },
    ['client', id, name ?? clientId],
    management,
  )
}

/** @throws as {@link revokeGrant} */
export async function revokeGrantsOfUser(scope: OrganizationScope, id: string, management: Management) {
  requirePermission(scope, 'revoke')
  const { organizationId } = scope
  const { id: userId, email, name, subject } = await findUser(scope, id, management)
  return revokeAll(scope, { organizationId, userId }, ['user', userId, email ?? name ?? subject], management)
}

/**
 * @param slug of the server
 * @throws as {@link revokeGrant}
 */
export async function revokeGrantsOfServer(scope: OrganizationScope, slug: string, management: Management) {
  requirePermission(scope, 'revoke')
  const { organizationId } = scope
  const { id: serverId } = await serverOf(scope, slug, management)
  return revokeAll(scope, { organizationId, serverId }, ['server', serverId, slug], management)
}

async function revokeAll(
  scope: OrganizationScope,
  of: GrantsOf,
  [targetKind, targetId, targetName]: readonly [kind: string, id: string, name: string],
  { db, ports }: Management,
): Promise<number> {
  const target = { targetKind, targetId, targetName }
  const entries = (number: number) => [
    auditEntry(scope, ports.clock(), {
      action: `${targetKind}.grants_revoked`,
      ...target,
      detail: { number },
    }),
  ]
  const number = await endGrantsOf(of, 'revoked_by_operator', ports, { entries })
  if (number === 0) await auditLogStore(db).append(entries(0))
  return number
}
