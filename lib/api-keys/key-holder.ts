import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { apiKeyStore } from '@/lib/store/credentials/api-keys'
import { organizationStore } from '@/lib/store/read/organizations'
import { type Actor, NotFound, type OrganizationScope, type Permission, permissionsOf } from '../access'
import type { Management } from '../management/management'
import type { InstallationScope } from '../organizations/installation-scope'

/** A program that has shown a key, and where the key may be used. */
export type KeyHolder = {
  readonly keyId: string
  readonly actor: Actor
  readonly permissions: readonly Permission[]
  /** The only one that it may be used in; absent: all of them, and the installation itself. */
  readonly organization?: { readonly id: string; readonly slug: string }
}

/** The holder of this key; null when it does not exist, has expired or was revoked. */
export async function findKeyHolder(
  presented: string,
  { db, ports }: Pick<Management, 'db' | 'ports'>,
): Promise<KeyHolder | null> {
  const key = await apiKeyStore(db).use(hashSecret(presented), ports.clock())
  if (!key) return null
  const { id, name, role, expiresAt, organizationId, organization } = key
  return {
    keyId: id,
    actor: { kind: 'api_key', id, name, ...(expiresAt && { until: expiresAt }) },
    permissions: permissionsOf(role),
    ...(organizationId !== undefined && { organization: { id: organizationId, slug: organization ?? '' } }),
  }
}

/**
 * What the holder may do in an organization.
 *
 * @throws NotFound when there is none, or the key is another's
 */
export async function organizationOf(
  { actor, permissions, organization }: KeyHolder,
  slug: string,
  { db }: Pick<Management, 'db'>,
): Promise<OrganizationScope> {
  const found = organization ?? (await organizationStore(db).find(slug))
  if (found?.slug !== slug) throw new NotFound('organization')
  return {
    organizationId: found.id,
    organization: slug,
    actor,
    permissions,
    isInstallationOperator: organization === undefined && permissions.includes('own'),
  }
}

/** What the holder may do above all organizations; null for the key of one of them. */
export function installationOf({ actor, permissions, organization }: KeyHolder): InstallationScope | null {
  return organization ? null : { organizationId: null, actor, permissions }
}
