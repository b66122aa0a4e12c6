import { type Membership, memberStore } from '@/lib/store/accounts/members'
import { type Descent, descentStore, type Kept, NOTHING } from '@/lib/store/credentials/descent'
import { type KnownSecret, knownSecretStore } from '@/lib/store/credentials/known-secrets'
import {
  changerOf,
  NotFound,
  type OrganizationScope,
  permissionsOf,
  type Role,
  requirePermission,
} from '../access'
import { type AuditEvent, auditEntry } from '../audit/audit'
import { refuseOutdated } from '../configuration/entries'
import { endings, keptWith } from '../credentials/descent'
import type { Management } from '../management/management'
import { memberEntry, permissionsNow, refuseHigherRole, refuseLastOwner } from './rules'

/**
 * Lists members and invitations.
 *
 * @throws Forbidden, StoreUnavailable
 */
export async function listMembers(scope: OrganizationScope, { db, ports }: Management): Promise<Membership> {
  requirePermission(scope, 'manage_members')
  return memberStore(db).read(scope.organizationId, ports.clock())
}

/**
 * What would end with a member: the API keys, setup links, password links and open invitations that they made, and what
 * was made with these keys. And what does not end, for programs of the organization need it: secrets that they know.
 *
 * @param role the one that they would have; absent: they are removed
 * @throws Forbidden, NotFound
 */
export async function readDescent(
  scope: OrganizationScope,
  operatorId: string,
  { db, ports }: Management,
  role?: Role,
): Promise<Descent & { readonly email: string; readonly knownSecrets: readonly KnownSecret[] }> {
  requirePermission(scope, 'manage_members')
  const { organizationId } = scope
  const now = ports.clock()
  const { members } = await memberStore(db).read(organizationId, now)
  const member = members.find((other) => other.operatorId === operatorId)
  if (!member) throw new NotFound('member')
  const kept = role ? keptWith(permissionsOf(role)) : NOTHING
  return {
    email: member.email,
    ...(await descentStore(db).read({ id: operatorId, organizationId }, kept, now)),
    knownSecrets: await knownSecretStore(db).read(organizationId, operatorId),
  }
}

/**
 * Gives a member another role. What they made and could not make with it ends at once.
 *
 * @throws Forbidden
 * @throws NotFound when they are no member
 * @throws InvalidInput when their role, before or after, is above the actor's, or no owner would be left; Outdated when
 *   it is no longer the one that the actor has seen
 */
export async function changeRole(
  scope: OrganizationScope,
  operatorId: string,
  role: Role,
  { db, ports }: Management,
): Promise<void> {
  requirePermission(scope, 'manage_members')
  const at = ports.clock()
  await memberStore(db).change(scope.organizationId, at, changerOf(scope, 'manage_members'), (membership) => {
    const member = memberWithin(scope, membership, operatorId)
    refuseHigherRole(role, permissionsNow(scope, membership))
    refuseOutdated(scope, memberEntry(member), memberEntry({ role }))
    if (role !== 'owner') refuseLastOwner(membership, operatorId)
    const auditEvent = {
      action: 'member.role_changed',
      targetKind: 'operator',
      targetId: operatorId,
      targetName: member.email,
      detail: { from: member.role, to: role },
    }
    return {
      write: { kind: 'set_role', operatorId, role },
      audit: [auditEntry(scope, at, auditEvent)],
      ends: endingOf(scope, operatorId, keptWith(permissionsOf(role)), at, auditEvent),
      result: undefined,
    }
  })
}

/**
 * Takes a member out of the organization. Every request asks for their role anew, so they are out at once, and with them
 * the credentials that they made.
 *
 * @throws Forbidden
 * @throws NotFound when they are no member
 * @throws InvalidInput when their role is above the actor's, or no owner would be left
 */
export async function removeMember(
  scope: OrganizationScope,
  operatorId: string,
  { db, ports }: Management,
): Promise<void> {
  requirePermission(scope, 'manage_members')
  const at = ports.clock()
  await memberStore(db).change(scope.organizationId, at, changerOf(scope, 'manage_members'), (membership) => {
    const member = memberWithin(scope, membership, operatorId)
    refuseLastOwner(membership, operatorId)
    const auditEvent = {
      action: 'member.removed',
      targetKind: 'operator',
      targetId: operatorId,
      targetName: member.email,
      detail: { role: member.role },
    }
    return {
      write: { kind: 'remove', operatorId },
      audit: [auditEntry(scope, at, auditEvent)],
      ends: endingOf(scope, operatorId, NOTHING, at, auditEvent),
      result: undefined,
    }
  })
}

const endingOf = (
  { actor }: OrganizationScope,
  creatorId: string,
  kept: Kept,
  at: Date,
  because: AuditEvent,
) => ({ creatorId, kept, audit: (ended: Descent) => endings(ended, actor, at, because) })

/** A member whose role the actor could have given. */
function memberWithin(scope: OrganizationScope, membership: Membership, operatorId: string) {
  const permissions = permissionsNow(scope, membership)
  const member = membership.members.find((other) => other.operatorId === operatorId)
  if (!member) throw new NotFound('member')
  refuseHigherRole(member.role, permissions)
  return member
}
