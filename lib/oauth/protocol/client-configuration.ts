import { type ClientMetadata, registrationResponse } from './client-metadata'
import { OAuthError } from './errors'
import { equalSecrets, hashSecret } from './secret-hash'
import { registrationUrl } from './urls'

/** RFC 7592 §2.2: what the server gives out is not the client's to set. */
const OURS = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
]

/**
 * Checks the members of an update of a registration other than the new metadata (RFC 7592 §2.2): its own `client_id`,
 * its own secret if any, and nothing that only the server sets. As in the metadata, `null` and `""` count as absent.
 *
 * @param body the parsed JSON, not yet trusted
 * @throws OAuthError `invalid_request`; `invalid_client_metadata` for a body that is no object
 */
export function checkClientUpdate(
  body: unknown,
  registered: { readonly clientId: string; readonly secretHash?: string },
): void {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new OAuthError('invalid_client_metadata', 'the body must be a JSON object')
  const given = new Map(Object.entries(body).filter(([, value]) => value !== null && value !== ''))
  const foreign = OURS.find((name) => given.has(name))
  if (foreign) throw new OAuthError('invalid_request', `${foreign} must not be part of an update`)
  if (given.get('client_id') !== registered.clientId)
    throw new OAuthError('invalid_request', 'client_id must be that of the registration')
  if (given.has('client_secret') && !isSecret(given.get('client_secret'), registered.secretHash))
    throw new OAuthError('invalid_request', 'client_secret is not that of the registration')
}

/**
 * The client information response (RFC 7592 §3): the registration, and what manages it.
 *
 * @param issued `accessToken` is the registration access token, made or presented just now
 */
export function clientInformation(
  metadata: ClientMetadata,
  issued: Parameters<typeof registrationResponse>[1] & {
    readonly issuer: string
    readonly accessToken: string
  },
): Record<string, unknown> {
  return Object.assign(registrationResponse(metadata, issued), {
    registration_access_token: issued.accessToken,
    registration_client_uri: registrationUrl(issued.issuer, issued.clientId),
  })
}

const isSecret = (secret: unknown, hash: string | undefined): boolean =>
  typeof secret === 'string' && hash !== undefined && equalSecrets(hashSecret(secret), hash)
