import { ID_TOKEN_ALGORITHM } from './id-token'
import { CAPABILITIES, type Capabilities, serverMetadata } from './server-metadata'
import { endpointUrl } from './urls'

/** Every claim that an ID token or the userinfo endpoint may hold. */
const CLAIMS = [
  'iss',
  'sub',
  'aud',
  'exp',
  'iat',
  'auth_time',
  'nonce',
  'at_hash',
  'name',
  'email',
  'email_verified',
]

/**
 * OpenID provider metadata (OpenID Connect Discovery §3): all of the RFC 8414 metadata, and what an OpenID client
 * requires in addition. Client libraries refuse a document that lacks a required member. Decision 0026.
 */
export function openIdMetadata(
  server: Parameters<typeof serverMetadata>[0],
  capabilities: Capabilities = CAPABILITIES,
): Record<string, unknown> {
  return {
    ...serverMetadata(server, capabilities),
    userinfo_endpoint: endpointUrl(server.issuer, 'userinfo'),
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: [ID_TOKEN_ALGORITHM],
    claim_types_supported: ['normal'],
    claims_supported: CLAIMS,
    claims_parameter_supported: false,
    request_parameter_supported: false,
    // Left out, it would mean true.
    request_uri_parameter_supported: false,
  }
}
