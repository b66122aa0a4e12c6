import { parseArgs } from 'node:util'
import { COMMAND_LINE, PERMISSIONS, ROLES, type Role } from '@/lib/access'
import { createApiKey, listApiKeys, revokeApiKey } from '@/lib/api-keys/api-keys'
import type { Installation } from '@/lib/services/installation'
import { printTable } from './api-print'
import { UsageError } from './arguments'

/** The API keys of the installation, which anyone with its database may create: the first one, too. */
export type InstallationKeys = { readonly name: 'api-keys' } & (
  | { readonly verb: 'list' }
  | { readonly verb: 'create'; readonly keyName: string; readonly role: Role; readonly expiresAt?: Date }
  | { readonly verb: 'revoke'; readonly id: string }
)

type Output = { out(line: string): void }

const SCOPE = { organizationId: null, actor: COMMAND_LINE, permissions: PERMISSIONS } as const

/** More than any installation has. */
const LIMIT = 10_000

const OPTIONS = {
  installation: { type: 'boolean' },
  name: { type: 'string' },
  role: { type: 'string' },
  expires: { type: 'string' },
} as const

export function isInstallationKeys(args: readonly string[]): boolean {
  return args[0] === 'api-keys' && args.includes('--installation')
}

/** @throws UsageError */
export function parseInstallationKeys(args: readonly string[]): InstallationKeys {
  const { values, positionals } = read(args)
  const [, verb = 'list', ...operands] = positionals
  const { name, role = 'owner', expires } = values
  if (verb === 'revoke' && operands[0] !== undefined && operands.length === 1)
    return { name: 'api-keys', verb, id: operands[0] }
  if (operands.length > 0 || (verb === 'revoke' && operands.length === 0))
    throw new UsageError(
      `api-keys ${verb} --installation takes ${verb === 'revoke' ? 'the id of a key' : 'no operand'}`,
    )
  if (verb === 'list') return { name: 'api-keys', verb }
  if (verb !== 'create') throw new UsageError('api-keys is followed by list, create or revoke')
  if (!name) throw new UsageError('api-keys create needs --name')
  const known = ROLES.find((one) => one === role)
  if (!known) throw new UsageError(`--role is one of ${ROLES.join(', ')}`)
  const expiresAt = expires === undefined ? undefined : new Date(expires)
  if (expiresAt && Number.isNaN(expiresAt.getTime())) throw new UsageError('--expires is a time: 2027-01-31')
  return { name: 'api-keys', verb, keyName: name, role: known, ...(expiresAt && { expiresAt }) }
}

/** Carries it out, on the database itself. */
export async function manageKeys(
  command: InstallationKeys,
  { db }: Installation,
  { out }: Output,
): Promise<number> {
  const stores = { db, ports: { clock: db.clock.now } }
  if (command.verb === 'list') {
    const keys = await listApiKeys(SCOPE, { limit: LIMIT }, stores)
    const shown = keys.map(({ createdAt, lastUsedAt, expiresAt, ...key }) => ({
      ...key,
      created: createdAt.toISOString(),
      expires: expiresAt?.toISOString() ?? 'never',
      used: lastUsedAt?.toISOString() ?? 'never',
    }))
    out(printTable(shown, ['id', 'name', 'role', 'created', 'expires', 'used']))
  } else if (command.verb === 'revoke') await revokeApiKey(SCOPE, command.id, stores)
  else {
    const { keyName, role, expiresAt } = command
    const made = await createApiKey(SCOPE, { name: keyName, role, ...(expiresAt && { expiresAt }) }, stores)
    out(made.key)
  }
  return 0
}

function read(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true })
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'the arguments cannot be read')
  }
}
