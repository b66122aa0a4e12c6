import { COMMAND_LINE, PERMISSIONS, type Role } from '@/lib/access'
import { createApiKey, listApiKeys, revokeApiKey } from '@/lib/api-keys/api-keys'
import { printTable } from './api-print'
import type { Context } from './surroundings'

/** An API key of the installation, which anyone with its database may create: the first one, too. */
export type NewKey = { readonly name: string; readonly role: Role; readonly expires?: Date }

const SCOPE = { organizationId: null, actor: COMMAND_LINE, permissions: PERMISSIONS } as const

/** More than any installation has. */
const LIMIT = 10_000

/** Shows the keys of the installation. */
export async function listInstallationKeys({ installation, out }: Context): Promise<number> {
  const keys = await listApiKeys(SCOPE, { limit: LIMIT }, storesOf(installation))
  const shown = keys.map(({ createdAt, lastUsedAt, expiresAt, ...key }) => ({
    ...key,
    created: createdAt.toISOString(),
    expires: expiresAt?.toISOString() ?? 'never',
    used: lastUsedAt?.toISOString() ?? 'never',
  }))
  out(printTable(shown, ['id', 'name', 'role', 'created', 'expires', 'used']))
  return 0
}

/** Makes one, and prints it. */
export async function createKey(
  { installation, out }: Context,
  { name, role, expires }: NewKey,
): Promise<number> {
  const input = { name, role, ...(expires && { expiresAt: expires }) }
  out((await createApiKey(SCOPE, input, storesOf(installation))).key)
  return 0
}

/** Ends one at once. */
export async function revokeKey({ installation }: Context, id: string): Promise<number> {
  await revokeApiKey(SCOPE, id, storesOf(installation))
  return 0
}

const storesOf = ({ db }: Context['installation']) => ({ db, ports: { clock: db.clock.now } })
