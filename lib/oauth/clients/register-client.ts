import type { JsonMembers, Server } from '../model'
import type { RegisteredFacts, RegistrationRoom } from '../ports/clients'
import type { Ports } from '../ports/ports'
import { bearerChallenge } from '../protocol/challenge'
import { isOfHosts } from '../protocol/client-admission'
import { clientInformation } from '../protocol/client-configuration'
import { type ClientMetadata, parseClientMetadata } from '../protocol/client-metadata'
import { OAuthError, tooManyRequests } from '../protocol/errors'
import { registrableGrantTypes } from '../protocol/grant-types'
import { UNUSED_REGISTRATION_MINIMUM } from '../protocol/lifetimes'
import { equalSecrets, hashSecret } from '../protocol/secret-hash'
import { CAPABILITIES } from '../protocol/server-metadata'

export type RegisterClientPorts = Pick<Ports, 'clients' | 'clock' | 'secrets'>

/** Seconds after which a client that met a full quota may try again. */
const RETRY_AFTER = 600

/**
 * Registers a client (RFC 7591 §3). Registrations are never merged: registration is anonymous, so "the same client"
 * cannot be known.
 *
 * @param body the parsed JSON body, not yet trusted
 * @param network where it comes from, as far as that may be stored
 * @param authorization the `Authorization` header, for an initial access token (RFC 7591 §1.2)
 * @returns the 201 body, with every registered value echoed (RFC 7591 §3.2.1) and what manages it (RFC 7592 §3)
 * @throws OAuthError `invalid_redirect_uri` or `invalid_client_metadata` (RFC 7591 §3.2.2), `invalid_token` (401)
 *   for a wrong initial access token, `access_denied` where clients may not register themselves,
 *   `temporarily_unavailable` (429) when too many wait for their first token; Unconfirmed
 */
export async function registerClient(
  server: Server,
  body: unknown,
  ports: RegisterClientPorts,
  network?: string,
  authorization?: string,
): Promise<JsonMembers> {
  if (server.registration === 'off')
    throw new OAuthError('access_denied', 'clients cannot register themselves at this server')
  const isVouchedFor = hasInitialAccessToken(server, authorization)
  const metadata = parseRegistration(server, body)
  if (!isVouchedFor) refuseUnlisted(server, metadata)
  const clientId = ports.secrets.id()
  const clientSecret = hasSecret(metadata) ? ports.secrets.token('vst_cs_') : undefined
  const accessToken = ports.secrets.token('vst_rat_')
  const client = {
    ...registeredFacts(metadata, clientSecret && hashSecret(clientSecret)),
    serverId: server.id,
    clientId,
    kind: 'registered',
    registrationTokenHash: hashSecret(accessToken),
    ...(network && { registeredFrom: network }),
    ...(isVouchedFor && { approvedAt: ports.clock() }),
  } as const
  const room = roomOf(server, server.registration.quota, network, ports.clock())
  const issuedAt = await ports.clients.registerWithin(client, room)
  if (!issuedAt)
    throw tooManyRequests(
      'too many clients have registered and not been used yet, try again later',
      RETRY_AFTER,
    )
  return clientInformation(metadata, {
    issuer: server.issuer,
    clientId,
    issuedAt,
    accessToken,
    ...(clientSecret && { clientSecret }),
  })
}

/** Whether the header has the server's initial access token. Without one, no header says anything. */
function hasInitialAccessToken({ registrationTokenHash: hash }: Server, authorization = ''): boolean {
  const presented = /^bearer +(\S+) *$/i.exec(authorization)?.[1]
  if (!hash || !presented) return false
  if (equalSecrets(hashSecret(presented), hash)) return true
  throw new OAuthError('invalid_token', 'the initial access token is not good here', {
    challenge: bearerChallenge({ error: 'invalid_token' }),
  })
}

function refuseUnlisted({ clientAdmission: rule }: Server, { redirectUris }: ClientMetadata): void {
  if (rule?.others !== 'refuse') return
  if (!isOfHosts(rule.hosts, { kind: 'registered', clientId: '', redirectUris }))
    throw new OAuthError('access_denied', 'the operator does not let clients with these redirect URIs in')
}

/**
 * What a client may have registered at this server.
 *
 * @throws OAuthError `invalid_redirect_uri` or `invalid_client_metadata` (RFC 7591 §3.2.2)
 */
export function parseRegistration(server: Server, body: unknown): ClientMetadata {
  const grantTypes = [...CAPABILITIES.grantTypes, ...registrableGrantTypes(server)]
  return parseClientMetadata(body, { ...CAPABILITIES, grantTypes })
}

/** Whether a client with this metadata authenticates with a secret. */
export const hasSecret = ({ tokenEndpointAuthMethod: method }: ClientMetadata): boolean =>
  method.startsWith('client_secret_')

/** What is stored of the metadata. Keys count only for a client that has to sign. */
export function registeredFacts(metadata: ClientMetadata, secretHash: string | undefined): RegisteredFacts {
  const { clientName: name, scope, jwks, jwksUri } = metadata
  const signs = metadata.tokenEndpointAuthMethod === 'private_key_jwt'
  return {
    redirectUris: metadata.redirectUris,
    tokenEndpointAuthMethod: metadata.tokenEndpointAuthMethod,
    grantTypes: metadata.grantTypes,
    metadata,
    ...(name && { name }),
    ...(scope && { scope }),
    ...(secretHash && { secretHash }),
    ...(signs && jwks && { jwks }),
    ...(signs && jwksUri && { jwksUri }),
  }
}

function roomOf(
  { version }: Server,
  quota: number,
  network: string | undefined,
  now: Date,
): RegistrationRoom {
  const replaceable = new Date(now.getTime() - UNUSED_REGISTRATION_MINIMUM * 1000)
  const room = { quota, share: shareOf(quota), network, now, replaceable }
  return version === undefined ? room : { ...room, serverVersion: version }
}

/** What one network may hold of a quota: a tenth, or ten where that is less, and never all of it. Decision 0056. */
const shareOf = (quota: number) => Math.max(1, Math.ceil(quota / 10), Math.min(quota - 1, 10))
