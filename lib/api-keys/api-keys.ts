import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import type { ApiKeyRow } from '@/lib/store/credentials/api-key-row'
import { apiKeyStore } from '@/lib/store/credentials/api-keys'
import { newId } from '@/lib/store/database/ids'
import { quotaOf } from '@/lib/store/quotas'
import {
  Forbidden,
  makerOf,
  NotFound,
  type OrganizationScope,
  permissionsOf,
  ROLES,
  type Role,
  requirePermission,
} from '../access'
import { entryIn } from '../audit/audit'
import { checkedInput } from '../configuration/checked-input'
import { invalid, tooMany } from '../configuration/mistakes'
import { text } from '../configuration/schema/values'
import { endings, keyEvent } from '../credentials/descent'
import type { Management } from '../management/management'
import type { InstallationScope } from '../organizations/installation-scope'

/** Secret scanners know keys by it. */
const PREFIX = 'vst_key_'

export const NEW_API_KEY = z.strictObject({
  name: text(100),
  role: z.enum(ROLES),
  /** When it stops working; never without it. */
  expiresAt: z.date().exactOptional(),
})

export type ApiKey = Omit<ApiKeyRow, 'organizationId' | 'revokedAt'>

/** A key that has just been made. */
export type CreatedApiKey = ApiKey & {
  /** The key itself, which is stored nowhere. */
  readonly key: string
}

/** Where keys belong: to an organization, or to the installation and so to every organization. */
type KeyScope = OrganizationScope | InstallationScope

/** What key management stands on; the command line has no more. */
type Stores = Pick<Management, 'db'> & { readonly ports: Pick<Management['ports'], 'clock'> }

/**
 * In the order of their names; revoked ones are not among them.
 *
 * @param after name and id of the key that the caller has seen last
 * @throws Forbidden
 */
export async function listApiKeys(
  scope: KeyScope,
  { limit, after }: { readonly limit: number; readonly after?: readonly [string, string] },
  { db }: Stores,
): Promise<readonly ApiKey[]> {
  requirePermission(scope, 'manage_members')
  return apiKeyStore(db).list(scope, limit, after)
}

/** @throws Forbidden; NotFound when it is revoked, too */
export async function findApiKey(scope: KeyScope, id: string, { db }: Stores): Promise<ApiKey> {
  requirePermission(scope, 'manage_members')
  const found = await apiKeyStore(db).find(scope, id)
  if (!found) throw new NotFound('API key')
  return found
}

/**
 * Makes a key for programs. It may do what its role may, which is never more than its maker may.
 *
 * @throws Forbidden; InvalidInput also where the organization has as many as it may
 */
export async function createApiKey(
  scope: KeyScope,
  input: z.input<typeof NEW_API_KEY>,
  { db, ports }: Stores,
): Promise<CreatedApiKey> {
  requirePermission(scope, 'manage_members')
  const { name, role, expiresAt } = checkedInput(NEW_API_KEY, input)
  const now = ports.clock()
  if (!isWithin(role, scope)) throw invalid('role', 'role_too_high')
  if (expiresAt && expiresAt <= now) throw invalid('expires_at', 'past')
  const { until } = scope.actor
  if (until && (!expiresAt || expiresAt > until)) throw invalid('expires_at', 'later_than_key')
  const key = PREFIX + randomBytes(32).toString('base64url')
  const made = {
    id: newId(),
    name,
    role,
    createdBy: scope.actor.name,
    ...(scope.actor.id !== undefined && { createdById: scope.actor.id }),
    createdAt: now,
    ...(expiresAt && { expiresAt }),
  }
  const row = { ...made, organizationId: scope.organizationId, hash: hashSecret(key) }
  const audit = entry(scope, now, { action: 'api_key.created', key: made })
  const maker = makerOf(
    scope,
    (permissions) => permissions.includes('manage_members') && isWithin(role, { permissions }),
  )
  const most = quotaOf('apiKeys', scope)
  const outcome = await apiKeyStore(db).create(row, audit, { maker, most })
  if (outcome === 'forbidden') throw new Forbidden('manage_members')
  if (outcome === 'too_many') throw tooMany('name', 'too_many_for_a_month', most)
  return { ...made, key }
}

/**
 * Revokes a key, and everything that was made with it.
 *
 * @throws Forbidden also for a key that may do more; NotFound when it is revoked already, too
 */
export async function revokeApiKey(scope: KeyScope, id: string, { db, ports }: Stores): Promise<void> {
  requirePermission(scope, 'manage_members')
  const now = ports.clock()
  const revoked = await apiKeyStore(db).revoke(scope, id, now, (key, descent) => {
    if (!isWithin(key.role, scope)) throw new Forbidden('own')
    const revocation = {
      action: 'api_key.revoked',
      targetKind: 'api_key',
      targetId: id,
      targetName: key.name,
    }
    return [
      entry(scope, now, { action: 'api_key.revoked', key }),
      ...endings(descent, scope.actor, now, revocation),
    ]
  })
  if (!revoked) throw new NotFound('API key')
}

/** An API key cannot create or revoke a key with more permissions than its own. */
function isWithin(role: Role, { permissions }: Pick<KeyScope, 'permissions'>): boolean {
  return permissionsOf(role).every((permission) => permissions.includes(permission))
}

function entry(
  scope: KeyScope,
  at: Date,
  { action, key }: { action: 'api_key.created' | 'api_key.revoked'; key: ApiKey },
) {
  return entryIn(scope.organizationId ?? 'installation', scope.actor, at, keyEvent(action, key))
}
