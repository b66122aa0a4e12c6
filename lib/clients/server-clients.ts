import type { GrantType, TokenEndpointAuthMethod } from '@/lib/oauth/model'
import type { JwkSet } from '@/lib/oauth/protocol/client-keys'
import { changeServer, withoutAbsent } from '@/lib/servers/change-server'
import { managedServerStore } from '@/lib/store/read/servers'
import { NotFound, type OrganizationScope, requirePermission } from '../access'
import { type Entry, InvalidInput, withEntry } from '../configuration/change-configuration'
import type { Management } from '../management/management'

/** A client as an operator describes it. */
export type ClientDescription = {
  readonly clientId: string
  readonly name?: string
  readonly redirectUris: readonly string[]
  readonly tokenEndpointAuthMethod: TokenEndpointAuthMethod
  readonly grantTypes: readonly GrantType[]
  /** Scopes it may have; absent: every scope of the server. */
  readonly scope?: readonly string[]
  readonly jwks?: JwkSet
  readonly jwksUri?: string
}

/** The new secret, where one was made: it is stored nowhere and can never be shown again. */
export type MadeSecret = { readonly secret?: string }

/**
 * Names a client that may use this server.
 *
 * @throws Forbidden, NotFound
 * @throws InvalidInput with paths relative to the client, in wire names: `['redirect_uris', 0]`
 */
export async function addClient(
  scope: OrganizationScope,
  slug: string,
  client: ClientDescription,
  management: Management,
): Promise<MadeSecret> {
  requirePermission(scope, 'configure')
  const { hasClient } = managedServerStore(management.db)
  if (await hasClient(scope.organizationId, slug, client.clientId)) throw taken()
  const secret = hasSecret(client) ? management.ports.secrets.token('vst_cs_') : undefined
  const after = entryOf(client, secret === undefined ? undefined : NEW_SECRET)
  const edit = (clients: readonly Entry[]) => {
    // Again, now that nobody else can write: two at once must not both be told a secret.
    if (clients.some((other) => other.client_id === client.clientId)) throw taken()
    return [...clients, after]
  }
  await changeClients(scope, slug, edit, management, secret)
  return secret === undefined ? {} : { secret }
}

/**
 * Changes a client that an operator named. Its secret stays, unless it only now needs one.
 *
 * @throws Forbidden, NotFound
 * @throws InvalidInput as {@link addClient}
 */
export async function changeClient(
  scope: OrganizationScope,
  slug: string,
  client: ClientDescription,
  management: Management,
): Promise<MadeSecret> {
  const secret = management.ports.secrets.token('vst_cs_')
  let isUsed = false
  const edit = (clients: readonly Entry[]) => {
    const { client_secret: kept } = existing(clients, client.clientId)
    isUsed = hasSecret(client) && kept === undefined
    const reference = hasSecret(client) ? (kept ?? NEW_SECRET) : undefined
    return withEntry(clients, 'client_id', entryOf(client, reference))
  }
  await changeClients(scope, slug, edit, management, secret)
  return isUsed ? { secret } : {}
}

/**
 * Makes a new secret for a client that has one; the one before it ends at once.
 *
 * @returns the secret, which nobody can be shown again
 * @throws Forbidden, NotFound
 * @throws InvalidInput when the client authenticates without a secret
 */
export async function makeClientSecret(
  scope: OrganizationScope,
  slug: string,
  clientId: string,
  management: Management,
): Promise<string> {
  const secret = management.ports.secrets.token('vst_cs_')
  const edit = (clients: readonly Entry[]) =>
    withEntry(clients, 'client_id', { ...existing(clients, clientId), client_secret: NEW_SECRET })
  await changeClients(scope, slug, edit, management, secret)
  return secret
}

const taken = () =>
  new InvalidInput([{ path: ['client_id'], message: 'a client of this server has this id: choose another' }])

const NEW_SECRET = 'env:NEW_SECRET'

const hasSecret = ({ tokenEndpointAuthMethod: method }: ClientDescription) =>
  method === 'client_secret_basic' || method === 'client_secret_post'

function existing(clients: readonly Entry[], clientId: string): Entry {
  const found = clients.find((client) => client.client_id === clientId)
  if (!found) throw new NotFound('client')
  return found
}

function entryOf(client: ClientDescription, secret: unknown): Entry {
  return withoutAbsent({
    client_id: client.clientId,
    name: client.name,
    redirect_uris: client.redirectUris,
    token_endpoint_auth_method: client.tokenEndpointAuthMethod,
    client_secret: secret,
    jwks: client.jwks,
    jwks_uri: client.jwksUri,
    grant_types: client.grantTypes,
    scope: client.scope?.join(' '),
  })
}

async function changeClients(
  scope: OrganizationScope,
  slug: string,
  edit: (clients: readonly Entry[]) => readonly Entry[],
  management: Management,
  secret: string | undefined,
): Promise<void> {
  const secrets: Record<string, string> = secret === undefined ? {} : { NEW_SECRET: secret }
  const editServer = (server: Entry) => ({
    ...server,
    clients: edit((server.clients ?? []) as readonly Entry[]),
  })
  try {
    await changeServer(scope, slug, editServer, management, secrets)
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error
    const relative = error.mistakes.map((mistake) =>
      mistake.path[0] === 'clients' ? { ...mistake, path: mistake.path.slice(2) } : mistake,
    )
    throw new InvalidInput(relative)
  }
}
