import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { type InvitationRow, type Membership, memberStore } from '@/lib/store/accounts/members'
import { type WayIn, WayTaken } from '@/lib/store/accounts/new-operator'
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
}

/** Who accepts: an account, or a new one for the invitation's address. */
export type Invitee =
  | { readonly kind: 'operator'; readonly id: string; readonly email: string }
  | { readonly kind: 'newcomer'; readonly way: WayIn }

/**
 * What the link leads to. It does not say whether the address has an account.
 *
 * @returns null when it is wrong, or the invitation was used or withdrawn, has expired, or its inviter may not invite
 *   any more
 */
export async function openInvitation(
  token: string,
  { db, ports }: Pick<Management, 'db' | 'ports'>,
): Promise<OpenInvitation | null> {
  const [store, now] = [memberStore(db), ports.clock()]
  const found = await store.findInvitation(hashSecret(token), now)
  if (!found) return null
  const { id, organizationId, organization, organizationName, email, role } = found
  const isMeant = isStillMeant(id, await store.read(organizationId, now))
  return isMeant ? { organization, organizationName, email, role } : null
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
  if (!found) throw new NotFound('invitation')
  const joined = store.change(found.organizationId, at, undefined, (membership) => {
    const invitation = isStillMeant(found.id, membership)
    if (!invitation) throw new NotFound('invitation')
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
  return joined.catch((error: unknown) => {
    throw error instanceof WayTaken ? new NotFound('invitation') : error
  })
}

/** The invitation, if who invited could do so still, and the invitee did not become a member in another way. */
function isStillMeant(id: string, { members, invitations }: Membership): InvitationRow | undefined {
  const invitation = invitations.find((open) => open.id === id)
  if (!invitation || members.some(({ email }) => email === invitation.email)) return undefined
  if (invitation.isInviterAboveAll) return invitation
  const inviter = members.find(({ operatorId }) => operatorId === invitation.inviterId)
  const role = inviter?.role ?? invitation.keyRole
  const permissions = role ? permissionsOf(role) : []
  const isMeant = permissions.includes('manage_members') && rolesWithin(permissions).includes(invitation.role)
  return isMeant ? invitation : undefined
}
