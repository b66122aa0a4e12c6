import { type Scheduled, scheduleKeys } from '@/lib/crypto/key-schedule'
import { rotateKey } from '@/lib/crypto/rotate-key'
import type { PublicSigningKey } from '@/lib/crypto/signing-key'
import { serverOf } from '@/lib/grants/list'
import { signingKeyStore } from '@/lib/store/oauth/signing-keys'
import { askingOf, type OrganizationScope, requirePermission } from '../access'
import type { Management } from '../management/management'

/** In the order in which they sign. @throws Forbidden, NotFound */
export async function listSigningKeys(
  scope: OrganizationScope,
  slug: string,
  management: Management,
): Promise<readonly Scheduled<PublicSigningKey>[]> {
  requirePermission(scope, 'read')
  const { db, sealer } = management
  const { id } = await serverOf(scope, slug, management)
  return scheduleKeys(await signingKeyStore(db, sealer).list(id), db.clock.now())
}

/**
 * Gives a server a new signing key, unless one is on its way. Decision 0021.
 *
 * @param emergency as of {@link rotateKey}
 * @returns all keys, as they are then
 * @throws Forbidden, NotFound
 */
export async function rotateSigningKey(
  scope: OrganizationScope,
  slug: string,
  options: { readonly emergency: boolean },
  management: Management,
): Promise<readonly Scheduled<PublicSigningKey>[]> {
  requirePermission(scope, 'configure')
  const { db, sealer } = management
  const { id } = await serverOf(scope, slug, management)
  const { kind, id: actorId, name } = scope.actor
  const asking = askingOf(scope)
  const by = { actorKind: kind, ...(actorId !== undefined && { actorId }), actorName: name, asking }
  return (await rotateKey(signingKeyStore(db, sealer, by), id, db.clock.now(), options)).keys
}
