import type { Client } from '@/lib/oauth/model'
import { type ManagedServerRow, managedServerStore } from '@/lib/store/read/servers'
import { NotFound, type OrganizationScope, requirePermission } from '../access'
import { type Put, putServer } from '../configuration/put'
import { clientSettings, serverFields } from '../configuration/rows'
import type { ClientSettings, ServerInput, ServerSettings } from '../configuration/schema/settings'
import type { Management } from '../management/management'

/** Everything an operator sees of one server; no secret and no digest of one. */
export type ServerView = Omit<ServerSettings, 'connection' | 'resourceSecret' | 'clients'> & {
  /** Of its tokens. Never changes. */
  readonly issuer: string
  readonly connection: { readonly slug: string; readonly name: string }
  readonly hasResourceSecret: boolean
  readonly hasRegistrationToken: boolean
  /** Logins and service accesses that have not ended. */
  readonly liveGrants: number
}

/** A pre-registered client. The secret itself is stored nowhere. */
export type ServerClient = Omit<ClientSettings, 'clientSecret'> & { readonly hasSecret: boolean }

export type ServerDetails = ServerView & { readonly clients: readonly ServerClient[] }

/**
 * The servers of the organization, by name.
 *
 * @throws Forbidden
 */
export async function listServers(
  scope: OrganizationScope,
  { db, ports }: Management,
): Promise<readonly ServerView[]> {
  requirePermission(scope, 'read')
  const rows = await managedServerStore(db).list(scope.organizationId, ports.clock())
  return rows.map(viewOf)
}

/**
 * The connections of the organization that a server can be put behind, by name.
 *
 * @throws Forbidden
 */
export async function listConnectionChoices(
  scope: OrganizationScope,
  { db }: Management,
): Promise<readonly { readonly slug: string; readonly name: string }[]> {
  requirePermission(scope, 'read')
  return managedServerStore(db).connections(scope.organizationId)
}

/**
 * One server of the organization, with its pre-registered clients in the order of their ids.
 *
 * @throws Forbidden, NotFound
 */
export async function findServer(
  scope: OrganizationScope,
  slug: string,
  { db, ports }: Management,
): Promise<ServerDetails> {
  requirePermission(scope, 'read')
  const store = managedServerStore(db)
  const row = await store.find(scope.organizationId, slug, ports.clock())
  if (!row) throw new NotFound('server')
  const clients = await store.preregisteredClients(scope.organizationId, row.id)
  return { ...viewOf(row), clients: clients.map(clientView) }
}

/**
 * @param changes what it does not name stays as it is; `undefined` takes a value away
 * @throws Forbidden, NotFound
 * @throws InvalidInput with paths in wire names: `['access_token_lifetime']`, `['scopes', 0, 'name']`
 */
export async function updateServer(
  scope: OrganizationScope,
  slug: string,
  changes: ServerInput,
  management: Management,
): Promise<Put> {
  const edit = (before: ServerSettings | undefined) => {
    if (!before) throw new NotFound('server')
    return { ...before, ...changes }
  }
  return putServer(scope, slug, edit, management)
}

/**
 * Makes the credential with which the MCP server introspects tokens and is handed upstream ones. It replaces the one
 * before it at once, and only its digest is stored.
 *
 * @returns the credential, which is never shown again
 * @throws Forbidden, NotFound
 */
export async function makeResourceSecret(
  scope: OrganizationScope,
  slug: string,
  management: Management,
): Promise<string> {
  const secret = management.ports.secrets.token('vst_rs_')
  await updateServer(scope, slug, { resourceSecret: { set: secret } }, management)
  return secret
}

function viewOf(row: ManagedServerRow): ServerView {
  const { connectionSlug: slug, connectionName: name, issuer, liveGrants } = row
  const hasRegistrationToken = row.registrationTokenHash !== undefined
  const { resourceSecret, clients: _, ...settings } = serverFields(row, slug, [])
  const hasResourceSecret = resourceSecret !== undefined
  return {
    ...settings,
    issuer,
    connection: { slug, name },
    hasResourceSecret,
    hasRegistrationToken,
    liveGrants,
  }
}

function clientView(client: Client): ServerClient {
  const { clientSecret, ...settings } = clientSettings(client)
  return { ...settings, hasSecret: clientSecret !== undefined }
}
