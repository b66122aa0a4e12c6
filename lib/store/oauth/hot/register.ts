import type { NewClient } from '@/lib/oauth/ports/clients'
import { newId } from '@/lib/store/database/ids'
import { type Connected, statement } from '@/lib/store/database/statement'
import { isAsRemembered } from './conditions'

type Values = {
  readonly id: string
  readonly serverId: string
  readonly serverVersion: number | undefined
  readonly clientId: string
  readonly name: string | undefined
  readonly redirectUris: string
  readonly tokenEndpointAuthMethod: string
  readonly secretHash: string | undefined
  readonly jwks: string | undefined
  readonly jwksUri: string | undefined
  readonly grantTypes: string
  readonly scope: string | undefined
  readonly metadata: string
  readonly registeredFrom: string | undefined
  readonly registrationTokenHash: string | undefined
  readonly approvedAt: string | undefined
  readonly ofServer: string
  readonly countOfServer: string
  readonly ofNetwork: string | undefined
  readonly countOfNetwork: string | undefined
}

/** Holds the counts that the room comes from, so that none of them is counted anew before the client can be seen. */
const register = statement<Values, { readonly created_at: string }>(
  (value) => `
    with held as materialized (
      select from registration_counts
      where key in (${value('ofServer')}::text, ${value('ofNetwork')}::text)
        and count_id in (${value('countOfServer')}::text, ${value('countOfNetwork')}::text)
      order by key for key share
    )
    insert into clients (
      id, server_id, client_id, kind, name, redirect_uris, token_endpoint_auth_method, secret_hash, jwks, jwks_uri,
      grant_types, scope, metadata, registered_from, registration_token_hash, approved_at
    )
    select ${value('id')}::text, ${value('serverId')}::text, ${value('clientId')}::text, 'registered',
      ${value('name')}::text, ${value('redirectUris')}::jsonb, ${value('tokenEndpointAuthMethod')}::text,
      ${value('secretHash')}::text, ${value('jwks')}::jsonb, ${value('jwksUri')}::text,
      ${value('grantTypes')}::jsonb, ${value('scope')}::jsonb, ${value('metadata')}::jsonb,
      ${value('registeredFrom')}::text, ${value('registrationTokenHash')}::text, ${value('approvedAt')}::timestamptz
    where (select count(*) from held) = num_nonnulls(${value('ofServer')}::text, ${value('ofNetwork')}::text)
      and (${value('serverVersion')}::int is null
        or ${isAsRemembered('servers', value('serverId'), value('serverVersion'))})
    returning created_at`,
)

/** Of the registrations of a server, or of a network at it: its key, and the id that it has since it was counted. */
export type Count = { readonly key: string; readonly countId: string }

const json = (value: object | undefined) => value && JSON.stringify(value)

/**
 * One statement for a registration. Decisions 0061 and 0121.
 *
 * @param counts of the server, and of the network where it is known
 * @param serverVersion of a remembered server
 * @returns when it was registered; null where the server has changed, or the room is void
 */
export async function registerInRoom(
  db: Connected,
  { redirectUris, grantTypes, scope, metadata, jwks, approvedAt, ...client }: NewClient,
  [server, network]: readonly Count[],
  serverVersion: number | undefined,
): Promise<Date | null> {
  const [row] = await register(db, {
    id: newId(),
    serverVersion,
    serverId: client.serverId,
    clientId: client.clientId,
    name: client.name,
    redirectUris: JSON.stringify(redirectUris),
    tokenEndpointAuthMethod: client.tokenEndpointAuthMethod,
    secretHash: client.secretHash,
    jwks: json(jwks),
    jwksUri: client.jwksUri,
    grantTypes: JSON.stringify(grantTypes),
    scope: json(scope),
    metadata: JSON.stringify(metadata),
    registeredFrom: client.registeredFrom,
    registrationTokenHash: client.registrationTokenHash,
    approvedAt: approvedAt?.toISOString(),
    ofServer: server?.key ?? '',
    countOfServer: server?.countId ?? '',
    ofNetwork: network?.key,
    countOfNetwork: network?.countId,
  })
  return row ? new Date(row.created_at) : null
}
