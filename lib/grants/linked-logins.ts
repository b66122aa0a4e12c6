import { NotFound, type OrganizationScope, requirePermission } from '@/lib/access'
import { auditEntry } from '@/lib/audit/audit'
import type { Management } from '@/lib/management/management'
import { dismissUpstreamTokens } from '@/lib/oauth/flow/end-grant'
import type { Ending } from '@/lib/oauth/ports/tokens'
import { type LinkedIdentity, linkedIdentityStore } from '@/lib/store/users/linked-identities'
import { findUser } from './list'

/** Another login of a user, as operators see it. */
export type SeenLinkedLogin = LinkedIdentity

/**
 * Other logins that lead to a user, those that were linked first at the top. Decision 0133.
 *
 * @param user the id of the user, or of a login that is linked to them
 * @throws Forbidden, NotFound, StoreUnavailable
 */
export async function listLinkedLogins(
  scope: OrganizationScope,
  user: string,
  management: Management,
): Promise<readonly SeenLinkedLogin[]> {
  const { organizationId } = scope
  const { id: userId } = await findUser(scope, user, management)
  return linkedIdentityStore(management.db).list({ organizationId, userId })
}

/**
 * Makes a linked login a user of its own again, as the user can on `/account`: what came by it ends, and the user has to
 * sign in anew in every browser. What came by their own login stays. Decision 0145.
 *
 * @param user as for {@link listLinkedLogins}
 * @param login the id of the linked login
 * @returns how many grants ended
 * @throws Forbidden; NotFound also for a login that is not linked to this user; StoreUnavailable
 */
export async function unlinkLogin(
  scope: OrganizationScope,
  user: string,
  login: string,
  management: Management,
): Promise<number> {
  requirePermission(scope, 'revoke')
  const { id, email, name, subject } = await findUser(scope, user, management)
  const whose = { id, name: email ?? name ?? subject }
  const ended = await undoLink(scope, whose, login, 'revoked_by_operator', management)
  if (ended === null) throw new NotFound('login')
  return ended
}

/**
 * Undoes a link, with the entry that records it.
 *
 * @returns how many grants ended; null when the login is not linked to this user
 * @throws StoreUnavailable
 */
export async function undoLink(
  scope: OrganizationScope,
  user: { readonly id: string; readonly name: string },
  login: string,
  reason: Ending['reason'],
  { db, ports }: Management,
): Promise<number | null> {
  const at = ports.clock()
  const whose = { organizationId: scope.organizationId, userId: user.id }
  const ended = await linkedIdentityStore(db).unlink(whose, login, { reason, at }, (number) =>
    auditEntry(scope, at, {
      action: 'user.unlinked',
      targetKind: 'user',
      targetId: user.id,
      targetName: user.name,
      detail: { identity: login, grants: number },
    }),
  )
  if (ended !== null) ports.background('upstream revocation', dismissUpstreamTokens(ports))
  return ended
}
