import type { Client, Server } from '@/lib/oauth/model'
import { type ManagedServerRow, managedServerStore } from '@/lib/store/read/servers'
import { NotFound, type OrganizationScope, requirePermission } from '../access'
import type { Management } from '../management/management'

export type ServerSummary = {
  readonly slug: string
  readonly name: string
  readonly issuer: string
  readonly resource: string
  readonly isDefault: boolean
  readonly connection: { readonly slug: string; readonly name: string }
  /** Logins and service accesses that have not ended. */
  readonly liveGrants: number
}

/** A pre-registered client. The secret itself is stored nowhere. */
export type ServerClient = Pick<
  Client,
  | 'clientId'
  | 'name'
  | 'redirectUris'
  | 'tokenEndpointAuthMethod'
  | 'jwks'
  | 'jwksUri'
  | 'grantTypes'
  | 'scope'
> & {
  readonly hasSecret: boolean
}

/** Everything an operator sees of one server; no secret and no digest of one. */
export type ServerDetails = ServerSummary &
  Pick<
    Server,
    | 'aliases'
    | 'scopes'
    | 'clientPolicy'
    | 'registration'
    | 'trustedIssuers'
    | 'deviceGrant'
    | 'tokenFormat'
    | 'accessTokenLifetime'
    | 'refreshTokenLifetime'
    | 'passedClaims'
    | 'handoffScopes'
  > & {
    readonly hasResourceSecret: boolean
    readonly clients: readonly ServerClient[]
  }

/**
 * The servers of the organization, by name.
 *
 * @throws Forbidden
 */
export async function listServers(
  scope: OrganizationScope,
  { db, ports }: Management,
): Promise<readonly ServerSummary[]> {
  requirePermission(scope, 'read')
  const rows = await managedServerStore(db).list(scope.organizationId, ports.clock())
  return rows.map(summary)
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
 * One server of the organization.
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
  return { ...details(row), clients: clients.map(clientView) }
}

function summary(row: ManagedServerRow): ServerSummary {
  const { slug, name, issuer, resource, isDefault, connectionSlug, connectionName, liveGrants } = row
  const connection = { slug: connectionSlug, name: connectionName }
  return { slug, name, issuer, resource, isDefault, connection, liveGrants }
}

function details(row: ManagedServerRow): Omit<ServerDetails, 'clients'> {
  const { aliases, scopes, clientPolicy, registration, trustedIssuers, deviceGrant } = row
  const { tokenFormat, accessTokenLifetime, refreshTokenLifetime, passedClaims, handoffScopes } = row
  return {
    ...summary(row),
    aliases,
    scopes,
    clientPolicy,
    registration,
    trustedIssuers,
    deviceGrant,
    tokenFormat,
    accessTokenLifetime,
    refreshTokenLifetime,
    passedClaims,
    ...(handoffScopes && { handoffScopes }),
    hasResourceSecret: row.resourceSecretHash !== undefined,
  }
}

function clientView(client: Client): ServerClient {
  const { clientId, name, redirectUris, tokenEndpointAuthMethod, jwks, jwksUri, grantTypes, scope } = client
  return {
    clientId,
    redirectUris,
    tokenEndpointAuthMethod,
    grantTypes,
    ...(name !== undefined && { name }),
    ...(jwks && { jwks }),
    ...(jwksUri !== undefined && { jwksUri }),
    ...(scope && { scope }),
    hasSecret: client.secretHash !== undefined,
  }
}
