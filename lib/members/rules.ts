import type { Membership } from '@/lib/store/accounts/members'
import { quotaOf } from '@/lib/store/quotas'
import {
  Forbidden,
  type OrganizationScope,
  type Permission,
  permissionsOf,
  type Role,
  rolesWithin,
} from '../access'
import { invalid, tooMany } from '../configuration/mistakes'

/**
 * What the actor may do at this very moment: a role that was taken from them since the request came in counts no more.
 *
 * @throws Forbidden when they may not manage members
 */
export function permissionsNow(scope: OrganizationScope, { members }: Membership): readonly Permission[] {
  const { actor, isInstallationOperator, permissions } = scope
  const isMember = actor.kind === 'operator' && !isInstallationOperator
  const role = members.find(({ operatorId }) => operatorId === actor.id)?.role
  const now = isMember ? (role ? permissionsOf(role) : []) : permissions
  if (!now.includes('manage_members')) throw new Forbidden('manage_members')
  return now
}

/** What may be changed of a member, for versions. */
export const memberEntry = ({ role }: { readonly role: Role }) => ({ role })

/** @throws InvalidInput when it is above what these permissions allow */
export function refuseHigherRole(role: Role, permissions: readonly Permission[]): void {
  if (!rolesWithin(permissions).includes(role)) throw invalid('role', 'role_above_own')
}

/** @throws InvalidInput when there are as many members, or invitations, as there may be */
export function refuseBeyondQuota(scope: OrganizationScope, { members, invitationsKept }: Membership): void {
  const [mostMembers, mostInvitations] = [quotaOf('members', scope), quotaOf('invitations', scope)]
  if (mostMembers !== undefined && members.length >= mostMembers)
    throw tooMany('email', 'too_many', mostMembers)
  if (mostInvitations !== undefined && invitationsKept >= mostInvitations)
    throw tooMany('email', 'too_many_for_a_month', mostInvitations)
}

/** @throws InvalidInput when the organization would have no owner left */
export function refuseLastOwner({ members }: Membership, operatorId: string): void {
  const owners = members.filter(({ role }) => role === 'owner')
  if (owners.length === 1 && owners[0]?.operatorId === operatorId) throw invalid('role', 'last_owner')
}
