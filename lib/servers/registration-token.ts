import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { waitingClientStore } from '@/lib/store/read/waiting-clients'
import { askingOf, type OrganizationScope, requirePermission } from '../access'
import { auditEntry } from '../audit/audit'
import { serverOf } from '../grants/list'
import type { Management } from '../management/management'

/**
 * Makes the token that clients register with where not everyone may come (RFC 7591 §1.2). The one before is void;
 * clients that registered with it stay.
 *
 * @returns the token, which is stored nowhere
 * @throws Forbidden, NotFound
 */
export async function makeRegistrationToken(
  scope: OrganizationScope,
  slug: string,
  management: Management,
): Promise<string> {
  const token = management.ports.secrets.token('vst_iat_')
  await set(scope, slug, hashSecret(token), management)
  return token
}

/** @throws as {@link makeRegistrationToken} */
export const removeRegistrationToken = (scope: OrganizationScope, slug: string, management: Management) =>
  set(scope, slug, null, management)

async function set(
  scope: OrganizationScope,
  slug: string,
  hash: string | null,
  management: Management,
): Promise<void> {
  requirePermission(scope, 'configure')
  const { id } = await serverOf(scope, slug, management)
  const audit = auditEntry(scope, management.ports.clock(), {
    action: hash === null ? 'server.registration_token_removed' : 'server.registration_token_created',
    targetKind: 'server',
    targetId: id,
    targetName: `${scope.organization}/${slug}`,
  })
  const by = askingOf(scope)
  await waitingClientStore(management.db).setRegistrationToken(id, hash, audit, by)
}
