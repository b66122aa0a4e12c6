import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { type ApiKeyRow, apiKeyStore, type KeyMaker } from '@/lib/store/accounts/api-keys'
import { newId } from '@/lib/store/database/ids'
import {
  Forbidden,
  NotFound,
  type OrganizationScope,
  permissionsOf,
  ROLES,
  type Role,
  requirePermission,
} from '../access'
import { type AuditEvent, auditEntry, installationEntry } from '../audit/audit'
import { checkedInput } from '../configuration/checked-input'
import { invalid } from '../configuration/mistakes'
import { text } from '../configuration/schema/values'
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

export type ApiKey = Omit<ApiKeyRow, 'revokedAt'>

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

/**
 * Makes a key for programs. It may do what its role may, which is never more than its maker may.
 *
 * @throws Forbidden, InvalidInput
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
    createdAt: now,
    ...(expiresAt && { expiresAt }),
  }
  const row = { ...made, organizationId: scope.organizationId, hash: hashSecret(key) }
  const audit = entry(scope, now, { action: 'api_key.created', key: made })
  if (!(await apiKeyStore(db).create(row, audit, makerOf(scope, role)))) throw new Forbidden('manage_members')
  return { ...made, key }
}

/** A key outlives its maker's role, so a member's is read again: it may have been taken since the request came in. */
function makerOf(scope: KeyScope, wanted: Role): KeyMaker | undefined {
  const { actor } = scope
  if (scope.organizationId === null || scope.isInstallationOperator) return undefined
  if (actor.kind !== 'operator' || actor.id === undefined) return undefined
  return {
    operatorId: actor.id,
    mayStill: (role) => {
      const permissions = role ? permissionsOf(role) : []
      return permissions.includes('manage_members') && isWithin(wanted, { ...scope, permissions })
    },
  }
}

/** @throws Forbidden also for a key that may do more; NotFound when it is revoked already, too */
export async function revokeApiKey(scope: KeyScope, id: string, { db, ports }: Stores): Promise<void> {
  requirePermission(scope, 'manage_members')
  const now = ports.clock()
  const revoked = await apiKeyStore(db).revoke(scope, id, now, (key) => {
    if (!isWithin(key.role, scope)) throw new Forbidden('own')
    return entry(scope, now, { action: 'api_key.revoked', key })
  })
  if (!revoked) throw new NotFound('API key')
}

/** An API key cannot create or revoke a key with more permissions than its own. */
function isWithin(role: Role, { permissions }: KeyScope): boolean {
  return permissionsOf(role).every((permission) => permissions.includes(permission))
}

function entry(scope: KeyScope, at: Date, { action, key }: { action: string; key: ApiKey }) {
  const auditEvent: AuditEvent = {
    action,
    targetKind: 'api_key',
    targetId: key.id,
    targetName: key.name,
    detail: { role: key.role, ...(key.expiresAt && { expires_at: key.expiresAt.toISOString() }) },
  }
  return scope.organizationId === null
    ? installationEntry(scope.actor, at, auditEvent)
    : auditEntry(scope, at, auditEvent)
}
