import { type Membership, memberStore } from '@/lib/store/accounts/members'
import { NotFound, type OrganizationScope, type Role, requirePermission } from '../access'
import { auditEntry } from '../audit/audit'
import type { Management } from '../management/management'
import { permissionsNow, refuseHigherRole, refuseLastOwner } from './rules'

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
 * Gives a member another role.
 *
 * @throws Forbidden
 * @throws NotFound when they are no member
 * @throws InvalidInput when their role, before or after, is above the actor's, or no owner would be left
 */
export async function changeRole(
  scope: OrganizationScope,
  operatorId: string,
  role: Role,
  { db, ports }: Management,
): Promise<void> {
  requirePermission(scope, 'manage_members')
  const at = ports.clock()
  await memberStore(db).change(scope.organizationId, at, (membership) => {
    const member = memberWithin(scope, membership, operatorId)
    refuseHigherRole(role, permissionsNow(scope, membership))
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
      result: undefined,
    }
  })
}

/**
 * Takes a member out of the organization. Every request asks for their role anew, so they are out at once.
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
  await memberStore(db).change(scope.organizationId, at, (membership) => {
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
      result: undefined,
    }
  })
}

/** A member whose role the actor could have given. */
function memberWithin(scope: OrganizationScope, membership: Membership, operatorId: string) {
  const permissions = permissionsNow(scope, membership)
  const member = membership.members.find((other) => other.operatorId === operatorId)
  if (!member) throw new NotFound('member')
  refuseHigherRole(member.role, permissions)
  return member
}
