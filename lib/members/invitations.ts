import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { invalid } from '@/lib/configuration/mistakes'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { routes } from '@/lib/routes'
import { memberStore } from '@/lib/store/accounts/members'
import { newId } from '@/lib/store/database/ids'
import {
  type Actor,
  changerOf,
  Forbidden,
  NotFound,
  type OrganizationScope,
  type Role,
  requirePermission,
} from '../access'
import { auditEntry } from '../audit/audit'
import type { Management } from '../management/management'
import { permissionsNow, refuseBeyondQuota, refuseHigherRole } from './rules'

/** Seconds. */
const INVITATION_LIFETIME = 7 * 24 * 60 * 60

/** A new invitation. */
export type Invited = {
  readonly id: string
  readonly email: string
  readonly role: Role
  readonly expiresAt: Date
  readonly link: string
  /** Where a mail with the link goes; absent: the inviter passes it on. */
  readonly sentTo?: string
}

/**
 * Creates an invitation, and sends it where mail is configured. Decision 0037.
 *
 * @returns also the link, which is a secret and stored nowhere
 * @throws Forbidden when the actor is neither operator nor key, or may not manage members
 * @throws InvalidInput when the address is a member or invited already, the role is above the actor's, or the
 *   organization has as many members or invitations as it may
 */
export async function invite(
  scope: OrganizationScope,
  invited: { readonly email: string; readonly role: Role },
  { db, ports, publicUrl, mail }: Management,
): Promise<Invited> {
  requirePermission(scope, 'manage_members')
  const inviter = inviterOf(scope.actor)
  const email = invited.email.toLowerCase()
  if (!z.email().max(254).safeParse(email).success) throw invalid('email', 'not_an_email_address')
  const at = ports.clock()
  const usual = new Date(at.getTime() + INVITATION_LIFETIME * 1000)
  const { until = usual } = scope.actor
  // A key's invitation ends no later than the key.
  const expiresAt = until < usual ? until : usual
  const [id, token] = [newId(), randomBytes(32).toString('base64url')]
  await memberStore(db).change(scope.organizationId, at, changerOf(scope, 'manage_members'), (membership) => {
    refuseHigherRole(invited.role, permissionsNow(scope, membership))
    if (membership.members.some((member) => member.email === email)) throw invalid('email', 'member_already')
    if (membership.invitations.some((other) => other.email === email))
      throw invalid('email', 'invited_already')
    refuseBeyondQuota(scope, membership)
    return {
      write: {
        kind: 'invite',
        id,
        email,
        role: invited.role,
        tokenHash: hashSecret(token),
        expiresAt,
        ...inviter,
      },
      audit: [
        auditEntry(scope, at, { ...auditEvent('member.invited', id, email), detail: { role: invited.role } }),
      ],
      result: undefined,
    }
  })
  const link = publicUrl + routes.invitation(token)
  const { organizationId, actor } = scope
  const sentTo = await mail?.send({
    kind: 'invitation',
    to: email,
    organizationId,
    link,
    until: expiresAt,
    language: actor.language,
  })
  return { id, email, role: invited.role, expiresAt, link, ...(sentTo && { sentTo }) }
}

/**
 * Takes an invitation back: its link opens nothing any more.
 *
 * @throws Forbidden
 * @throws NotFound when there is none that is open
 */
export async function withdrawInvitation(
  scope: OrganizationScope,
  id: string,
  { db, ports }: Management,
): Promise<void> {
  requirePermission(scope, 'manage_members')
  const at = ports.clock()
  await memberStore(db).change(scope.organizationId, at, changerOf(scope, 'manage_members'), (membership) => {
    permissionsNow(scope, membership)
    const invitation = membership.invitations.find((other) => other.id === id)
    if (!invitation) throw new NotFound('invitation')
    return {
      write: { kind: 'withdraw', invitationId: id },
      audit: [auditEntry(scope, at, auditEvent('invitation.withdrawn', id, invitation.email))],
      result: undefined,
    }
  })
}

const auditEvent = (action: string, id: string, email: string) => ({
  action,
  targetKind: 'invitation',
  targetId: id,
  targetName: email,
})

/** @throws Forbidden */
function inviterOf({ kind, id }: Actor) {
  if (id !== undefined && kind === 'operator') return { inviterId: id }
  if (id !== undefined && kind === 'api_key') return { inviterKeyId: id }
  throw new Forbidden('manage_members')
}
