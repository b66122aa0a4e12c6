import type { ClientAdmission } from './client-admission'
import { ASSERTION_ALGORITHMS } from './client-assertion'
import { furtherGrantTypes, type GrantType } from './grant-types'
import { ID_JAG_PROFILE } from './id-jag'
import { omitEmpty } from './omit-empty'
import { supportedScopes } from './standard-scopes'
import { TOKEN_EXCHANGE } from './token-exchange'
import { endpointUrl } from './urls'

export type { GrantType }
export type TokenEndpointAuthMethod =
  | 'none'
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'private_key_jwt'

/** What the authorization server can do, in the words of RFC 8414 §2. */
export type Capabilities = {
  readonly responseTypes: readonly string[]
  readonly responseModes: readonly string[]
  /** Those that every client may register for; what else a server offers is its own. */
  readonly grantTypes: readonly GrantType[]
  readonly tokenEndpointAuthMethods: readonly TokenEndpointAuthMethod[]
  /** JWS algorithms of `private_key_jwt`. */
  readonly assertionAlgorithms: readonly string[]
  readonly introspectionAuthMethods: readonly string[]
  readonly codeChallengeMethods: readonly string[]
}

/** The one list that requests are checked against and metadata is made from: nothing else is published. */
export const CAPABILITIES: Capabilities = {
  responseTypes: ['code'],
  responseModes: ['query', 'form_post'],
  grantTypes: ['authorization_code', 'refresh_token'],
  tokenEndpointAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
  assertionAlgorithms: ASSERTION_ALGORITHMS,
  // The resource server's credential, in Basic or as a bearer token: RFC 8414 §2 lets both kinds of names stand here.
  introspectionAuthMethods: ['client_secret_basic', 'Bearer'],
  codeChallengeMethods: ['S256'],
}

/**
 * Authorization server metadata (RFC 8414 §2, RFC 9207 §3, CIMD §6). `issuer` is the configured string itself, because
 * clients compare it byte for byte with the URL they asked.
 */
export function serverMetadata(
  server: {
    readonly issuer: string
    readonly scopes: readonly { readonly name: string }[]
    /** `off`: clients that are known by an address are not let in. */
    readonly clientPolicy: unknown
    /** Present: its resource server may exchange tokens. */
    readonly handoffScopes?: readonly string[]
    /** `off`: clients may not register themselves. */
    readonly registration: unknown
    readonly clientAdmission?: ClientAdmission
    readonly registrationTokenHash?: string
    readonly trustedIssuers?: readonly unknown[]
    readonly deviceGrant?: boolean
  },
  capabilities: Capabilities = CAPABILITIES,
): Record<string, unknown> {
  const { issuer, clientAdmission: rule } = server
  // With nobody on the list, only those come whom the operator named or gave a token.
  const isClosed = rule?.others === 'refuse' && rule.hosts.length === 0
  const registers = server.registration !== 'off' && (!isClosed || server.registrationTokenHash !== undefined)
  return omitEmpty({
    issuer,
    authorization_endpoint: endpointUrl(issuer, 'authorize'),
    token_endpoint: endpointUrl(issuer, 'token'),
    pushed_authorization_request_endpoint: endpointUrl(issuer, 'par'),
    device_authorization_endpoint: server.deviceGrant
      ? endpointUrl(issuer, 'device_authorization')
      : undefined,
    registration_endpoint: registers ? endpointUrl(issuer, 'register') : undefined,
    revocation_endpoint: endpointUrl(issuer, 'revoke'),
    introspection_endpoint: endpointUrl(issuer, 'introspect'),
    jwks_uri: endpointUrl(issuer, 'jwks'),
    revocations_uri: endpointUrl(issuer, 'revocations'),
    scopes_supported: supportedScopes(server.scopes),
    response_types_supported: capabilities.responseTypes,
    response_modes_supported: capabilities.responseModes,
    grant_types_supported: [
      ...capabilities.grantTypes,
      ...furtherGrantTypes(server),
      ...(server.handoffScopes ? [TOKEN_EXCHANGE] : []),
    ],
    authorization_grant_profiles_supported: server.trustedIssuers?.length ? [ID_JAG_PROFILE] : [],
    token_endpoint_auth_methods_supported: capabilities.tokenEndpointAuthMethods,
    token_endpoint_auth_signing_alg_values_supported: capabilities.assertionAlgorithms,
    revocation_endpoint_auth_methods_supported: capabilities.tokenEndpointAuthMethods,
    revocation_endpoint_auth_signing_alg_values_supported: capabilities.assertionAlgorithms,
    introspection_endpoint_auth_methods_supported: capabilities.introspectionAuthMethods,
    code_challenge_methods_supported: capabilities.codeChallengeMethods,
    authorization_response_iss_parameter_supported: true,
    client_id_metadata_document_supported: server.clientPolicy !== 'off' && !isClosed,
  })
}
