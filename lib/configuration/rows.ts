/** Settings and the rows that they are stored in. Secrets of rows are never part of settings. */

import { parseScope } from '@/lib/oauth/protocol/scope'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import type {
  ClientRow,
  ConfigurationRows,
  ConnectionRow,
  OrganizationRow,
  ServerRow,
} from '@/lib/store/configuration/rows'
import type { PlanContext } from './changes'
import { inOrder } from './schema/read'
import {
  CLIENT,
  type ClientSettings,
  CONNECTION,
  type ConnectionSettings,
  type OrganizationSettings,
  SERVER,
  type ServerSettings,
} from './schema/settings'
import type { Secret } from './schema/values'

const kept = (secret: unknown): Secret | undefined => (secret === undefined ? undefined : { keep: true })

export function organizationSettings(
  { id, slug, name }: OrganizationRow,
  rows: ConfigurationRows,
): OrganizationSettings {
  const ours = ({ organizationId }: { readonly organizationId: string }) => organizationId === id
  return {
    slug,
    name,
    connections: rows.connections.filter(ours).map(connectionSettings),
    servers: rows.servers.filter(ours).map((server) => serverSettings(server, rows)),
  }
}

export function connectionSettings(connection: ConnectionRow): ConnectionSettings {
  const { settings, clientSecret, mayBeInternal, ...row } = connection
  return inOrder<ConnectionSettings>(CONNECTION, {
    ...settings,
    ...row,
    clientSecret: kept(clientSecret),
    // Only a guard is told: a file that is applied elsewhere keeps it.
    mayBeInternal: row.type === 'platform' || mayBeInternal ? undefined : false,
  })
}

export function serverSettings(server: ServerRow, rows: ConfigurationRows): ServerSettings {
  const connection = rows.connections.find(({ id }) => id === server.connectionId)
  const clients = rows.clients.filter(
    ({ serverId, kind }) => serverId === server.id && kind === 'preregistered',
  )
  return serverFields(server, connection?.slug, clients.map(clientSettings))
}

/** @param connection its slug */
export function serverFields(
  { isDefault, host, resourceSecretHash, ...row }: ServerRow,
  connection: string | undefined,
  clients: readonly ClientSettings[],
): ServerSettings {
  return inOrder<ServerSettings>(SERVER, {
    ...row,
    default: isDefault,
    issuerHost: host,
    connection,
    resourceSecret: kept(resourceSecretHash),
    clients,
  })
}

export function clientSettings({ secretHash, scope, ...row }: ClientRow): ClientSettings {
  return inOrder<ClientSettings>(CLIENT, {
    ...row,
    clientSecret: kept(secretHash),
    scope: scope?.join(' '),
  })
}

/** The name of a connection that was given none: `acme-login` becomes "Acme login". */
function defaultConnectionName(slug: string): string {
  const words = slug.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export function connectionRow(
  connection: ConnectionSettings,
  { id, organizationId }: Pick<ConnectionRow, 'id' | 'organizationId'>,
  stored: ConnectionRow | undefined,
  isSecretOf: PlanContext['isSecretOf'],
): Omit<ConnectionRow, 'mayBeInternal'> {
  const { slug, id: _, name = defaultConnectionName(slug), ...rest } = connection
  const row = { id, organizationId, slug, name }
  // Its users have accounts here: there is no provider to be a client of.
  if (rest.type === 'platform') return { ...row, type: rest.type, clientId: '', settings: {} }
  if (rest.type === 'saml') {
    const { type, mayBeInternal: __, ...settings } = rest
    return { ...row, type, clientId: '', settings }
  }
  const { type, clientId, clientSecret: given, mayBeInternal: __, ...settings } = rest
  const isStored = given && ('keep' in given || (stored !== undefined && isSecretOf(stored, given.set)))
  const clientSecret = isStored ? stored?.clientSecret : given
  return { ...row, type, clientId, settings, ...(clientSecret !== undefined && { clientSecret }) }
}

export function serverRow(
  server: ServerSettings,
  place: Pick<ServerRow, 'id' | 'organizationId' | 'connectionId' | 'issuer'>,
  stored: ServerRow | undefined,
): ServerRow {
  const { default: isDefault, issuerHost, connection: _, resourceSecret, clients: __, ...fields } = server
  const resourceSecretHash = digestOf(resourceSecret, stored?.resourceSecretHash)
  return {
    ...fields,
    ...place,
    isDefault,
    ...(issuerHost !== undefined && { host: issuerHost }),
    ...(resourceSecretHash !== undefined && { resourceSecretHash }),
  }
}

export function clientRow(
  client: ClientSettings,
  { id, serverId }: Pick<ClientRow, 'id' | 'serverId'>,
  stored: ClientRow | undefined,
): ClientRow {
  const { clientSecret, scope, ...fields } = client
  const secretHash = digestOf(clientSecret, stored?.secretHash)
  return {
    ...fields,
    id,
    serverId,
    kind: 'preregistered',
    ...(scope !== undefined && { scope: parseScope(scope) }),
    ...(secretHash !== undefined && { secretHash }),
  }
}

const digestOf = (secret: Secret | undefined, stored: string | undefined): string | undefined =>
  secret && ('keep' in secret ? stored : hashSecret(secret.set))
