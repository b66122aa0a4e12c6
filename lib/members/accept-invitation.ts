import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { type InvitationRow, type Membership, memberStore, type WayIn } from '@/lib/store/accounts/members'
import { newId } from '@/lib/store/database/ids'
import { NotFound, permissionsOf, type Role, rolesWithin } from '../access'
import { entryIn } from '../audit/audit'
import type { Management } from '../management/management'

/** An invitation as its link shows it. */
export type OpenInvitation = {
  readonly organization: string
  readonly organizationName: string
  readonly email: string
  readonly role: Role
  /** There is an account with this address, which has to sign in. */
  readonly hasAccount: boolean
}

/** Who accepts: an account, or a new one for the invitation's address. */
export type Invitee =
  | { readonly kind: 'operator'; readonly id: string; readonly email: string }
  | { readonly kind: 'newcomer'; readonly way: WayIn }

/** What the link leads to; null when it is wrong, or the invitation was used, withdrawn or has expired. */
export async function openInvitation(
  token: string,
  { db, ports }: Pick<Management, 'db' | 'ports'>,
): Promise<OpenInvitation | null> {
  const found = await memberStore(db).findInvitation(hashSecret(token), ports.clock())
  if (!found) return null
  const { organization, organizationName, email, role, hasAccount } = found
  return { organization, organizationName, email, role, hasAccount }
}

/**
 * Accepts an invitation, once, with the role that it was created for.
 *
 * @returns the organization's slug
 * @throws NotFound when the link is invalid, the invitee has another account, or the inviter could not invite any more
 */
export async function acceptInvitation(
  token: string,
  invitee: Invitee,
  { db, ports }: Management,
): Promise<string> {
  const store = memberStore(db)
  const at = ports.clock()
  const found = await store.findInvitation(hashSecret(token), at)
  if (!found || found.hasAccount !== (invitee.kind === 'operator')) throw new NotFound('invitation')
  return store.change(found.organizationId, at, (membership) => {
    const invitation = membership.invitations.find(({ id }) => id === found.id)
    if (!invitation || !isStillMeant(invitation, membership)) throw new NotFound('invitation')
    const { email, role } = invitation
    if (invitee.kind === 'operator' && invitee.email !== email) throw new NotFound('invitation')
    const operatorId = invitee.kind === 'operator' ? invitee.id : newId()
    const actor = { kind: 'operator', id: operatorId, name: email } as const
    const auditEvent = {
      action: 'member.joined',
      targetKind: 'operator',
      targetId: operatorId,
      targetName: email,
      detail: { role, invitedBy: invitation.inviterName },
    }
    return {
      write: {
        kind: 'join',
        invitationId: invitation.id,
        operatorId,
        role,
        ...(invitee.kind === 'newcomer' && {
          account: { email, name: email.split('@')[0] ?? email, way: invitee.way },
        }),
      },
      audit: [entryIn(found.organizationId, actor, at, auditEvent)],
      result: found.organization,
    }
  })
}

/** Who invited could do so still, and the invitee did not become a member in another way. */
function isStillMeant(invitation: InvitationRow, { members }: Membership): boolean {
  if (members.some(({ email }) => email === invitation.email)) return false
  if (invitation.isInviterAboveAll) return true
  const inviter = members.find(({ operatorId }) => operatorId === invitation.inviterId)
  const role = inviter?.role ?? invitation.keyRole
  const permissions = role ? permissionsOf(role) : []
  return permissions.includes('manage_members') && rolesWithin(permissions).includes(invitation.role)
}
