import { z } from 'zod'
import { checkJwkSet, checkJwksUri, type JwkSet } from './client-keys'
import { withoutInvisible } from './display-text'
import { OAuthError } from './errors'
import { omitEmpty } from './omit-empty'
import { parseUrl } from './parse-url'
import { checkRedirectUri } from './redirect-uri'
import { formatScope, parseScope } from './scope'
import type { Capabilities, GrantType, TokenEndpointAuthMethod } from './server-metadata'

/** What a client registers (RFC 7591 §2), checked and completed with our defaults. */
export type ClientMetadata = {
  readonly redirectUris: readonly string[]
  readonly tokenEndpointAuthMethod: TokenEndpointAuthMethod
  readonly grantTypes: readonly GrantType[]
  readonly responseTypes: readonly string[]
  readonly clientName?: string
  readonly clientUri?: string
  readonly logoUri?: string
  readonly policyUri?: string
  readonly tosUri?: string
  readonly scope?: readonly string[]
  readonly contacts?: readonly string[]
  readonly softwareId?: string
  readonly softwareVersion?: string
  /** The public keys of `private_key_jwt`, or where they lie: never both. */
  readonly jwks?: JwkSet
  readonly jwksUri?: string
}

export const MAX_REDIRECT_URIS = 20
export const MAX_CONTACTS = 20
export const MAX_TEXT_LENGTH = 200
const MAX_URI_LENGTH = 2048

const string = z.string({ error: 'must be a string' })
const strings = z.array(string, { error: 'must be a list of strings' })
const line = string
  .transform((value) => withoutInvisible(value).trim())
  .refine((value) => value.length <= MAX_TEXT_LENGTH, {
    error: `must not be longer than ${MAX_TEXT_LENGTH} characters`,
  })
const text = line.optional()

/** Shown to users as an address: anything but http(s) is dropped, for `javascript:` is a URI as well. */
const webUri = z
  .unknown()
  .transform((value) => (typeof value === 'string' && isWebUri(value) ? value : undefined))
  .optional()

/** A value with a function that returns why it is invalid, or null. */
function checked<T>(check: (value: unknown) => string | null) {
  return z.unknown().transform((value, context) => {
    const reason = check(value)
    if (reason === null) return value as T
    context.addIssue({ code: 'custom', message: `is not acceptable: ${reason}` })
    return z.NEVER
  })
}

const redirectUri = checked<string>(checkRedirectUri)

const jwks = checked<JwkSet>(checkJwkSet)
const jwksUri = checked<string>(checkJwksUri)

/** The wire names of RFC 7591 §2. Members that are not listed are ignored, as it asks. */
const wireSchema = z.object({
  redirect_uris: z
    .array(redirectUri, { error: 'must be a list of URIs' })
    .max(MAX_REDIRECT_URIS, { error: `must not hold more than ${MAX_REDIRECT_URIS} URIs` })
    .default([]),
  token_endpoint_auth_method: string.optional(),
  grant_types: strings.optional(),
  response_types: strings.optional(),
  client_name: text,
  client_uri: webUri,
  logo_uri: webUri,
  policy_uri: webUri,
  tos_uri: webUri,
  scope: string.optional(),
  contacts: z
    .array(line, { error: 'must be a list of strings' })
    .max(MAX_CONTACTS, { error: `must not hold more than ${MAX_CONTACTS} entries` })
    .optional(),
  software_id: text,
  software_version: text,
  jwks: jwks.optional(),
  jwks_uri: jwksUri.optional(),
})

/**
 * Reads the body of a registration request (RFC 7591 §2). Tolerant where clients differ: `null` and `""` count as
 * absent, grant types we do not have are ignored. Strict where it matters: one bad redirect URI fails it all.
 *
 * @param body the parsed JSON, not yet trusted
 * @throws OAuthError `invalid_redirect_uri` or `invalid_client_metadata` (RFC 7591 §3.2.2)
 */
export function parseClientMetadata(body: unknown, capabilities: Capabilities): ClientMetadata {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new OAuthError('invalid_client_metadata', 'the body must be a JSON object')
  const given = Object.entries(body).filter(([, value]) => value !== null && value !== '')
  const parsed = wireSchema.safeParse(Object.fromEntries(given))
  if (!parsed.success) throw toOAuthError(parsed.error)
  const wire = parsed.data
  const scope = parseScope(wire.scope)
  const contacts = wire.contacts?.filter((contact) => contact !== '')
  const tokenEndpointAuthMethod = supportedAuthMethod(wire.token_endpoint_auth_method, capabilities)
  checkKeys(wire, tokenEndpointAuthMethod)
  const grantTypes = supportedGrantTypes(wire.grant_types, capabilities)
  const redirects = grantTypes.includes('authorization_code')
  if (redirects && wire.redirect_uris.length === 0)
    throw new OAuthError('invalid_redirect_uri', 'redirect_uris must hold at least one URI')
  const always = {
    redirectUris: [...new Set(wire.redirect_uris)],
    responseTypes: redirects ? supportedResponseTypes(wire.response_types, capabilities) : [],
    tokenEndpointAuthMethod,
    grantTypes,
  }
  const members = omitEmpty({
    clientName: wire.client_name || undefined,
    clientUri: wire.client_uri,
    logoUri: wire.logo_uri,
    policyUri: wire.policy_uri,
    tosUri: wire.tos_uri,
    scope,
    contacts,
    softwareId: wire.software_id || undefined,
    softwareVersion: wire.software_version || undefined,
    jwks: wire.jwks,
    jwksUri: wire.jwks_uri,
  } satisfies Wide<Omit<ClientMetadata, keyof typeof always>>)
  return Object.assign(always, members)
}

/**
 * The registration response (RFC 7591 §3.2.1): every value as it was registered, which may be less than was requested.
 *
 * @param issued `clientSecret` only if one was created just now, since it is shown once; it never expires
 */
export function registrationResponse(
  metadata: ClientMetadata,
  issued: { readonly clientId: string; readonly clientSecret?: string; readonly issuedAt: Date },
): Record<string, unknown> {
  return omitEmpty({
    client_id: issued.clientId,
    client_id_issued_at: Math.floor(issued.issuedAt.getTime() / 1000),
    client_secret: issued.clientSecret,
    client_secret_expires_at: issued.clientSecret === undefined ? undefined : 0,
    redirect_uris: metadata.redirectUris,
    token_endpoint_auth_method: metadata.tokenEndpointAuthMethod,
    grant_types: metadata.grantTypes,
    response_types: metadata.responseTypes,
    client_name: metadata.clientName,
    client_uri: metadata.clientUri,
    logo_uri: metadata.logoUri,
    policy_uri: metadata.policyUri,
    tos_uri: metadata.tosUri,
    scope: metadata.scope && formatScope(metadata.scope),
    contacts: metadata.contacts,
    software_id: metadata.softwareId,
    software_version: metadata.softwareVersion,
    jwks: metadata.jwks,
    jwks_uri: metadata.jwksUri,
  })
}

/** The same members, each of which may still be undefined. */
type Wide<T> = { readonly [Name in keyof Required<T>]: T[Name] | undefined }

/** Without the member, RFC 7591 §2 says `client_secret_basic`: the client then expects a secret in the answer. */
function supportedAuthMethod(requested: string | undefined, capabilities: Capabilities) {
  const wanted = requested ?? 'client_secret_basic'
  const supported = capabilities.tokenEndpointAuthMethods.find((method) => method === wanted)
  if (supported) return supported
  const offered = capabilities.tokenEndpointAuthMethods.join(', ')
  throw new OAuthError('invalid_client_metadata', `token_endpoint_auth_method must be one of: ${offered}`)
}

/** RFC 7591 §2: keys by value or by reference; a signing client must have some. */
function checkKeys(
  wire: { readonly jwks?: JwkSet | undefined; readonly jwks_uri?: string | undefined },
  method: TokenEndpointAuthMethod,
): void {
  if (wire.jwks && wire.jwks_uri)
    throw new OAuthError('invalid_client_metadata', 'jwks and jwks_uri must not both be given')
  if (method === 'private_key_jwt' && !wire.jwks && !wire.jwks_uri)
    throw new OAuthError('invalid_client_metadata', 'private_key_jwt needs jwks or jwks_uri')
}

/**
 * Without the member, RFC 7591 §2 says `authorization_code` alone; MCP clients that omit it want to refresh too. Grant
 * types that only some servers offer have to be asked for. Decision 0008.
 */
function supportedGrantTypes(requested: readonly string[] | undefined, capabilities: Capabilities) {
  const wanted: readonly string[] = requested ?? ['authorization_code', 'refresh_token']
  const kept = capabilities.grantTypes.filter((type) => wanted.includes(type))
  if (kept.some((type) => type !== 'refresh_token')) return kept
  throw new OAuthError('invalid_client_metadata', 'grant_types must include authorization_code')
}

function supportedResponseTypes(requested: readonly string[] | undefined, capabilities: Capabilities) {
  const kept = capabilities.responseTypes.filter((type) => !requested || requested.includes(type))
  if (kept.includes('code')) return kept
  throw new OAuthError('invalid_client_metadata', 'response_types must include code')
}

function isWebUri(value: string): boolean {
  if (value.length > MAX_URI_LENGTH || !/^https?:\/\/[\x21-\x7e]+$/i.test(value)) return false
  if (!parseUrl(value)) return false
  const { username, password } = new URL(value)
  return username === '' && password === ''
}

/** The first mistake in our own words: `redirect_uris[1] is not acceptable: it must not have a fragment`. */
function toOAuthError(error: z.ZodError): OAuthError {
  const [issue] = error.issues
  const [member = 'the body', index] = issue?.path ?? []
  const place = index === undefined ? String(member) : `${String(member)}[${String(index)}]`
  const code = member === 'redirect_uris' ? 'invalid_redirect_uri' : 'invalid_client_metadata'
  return new OAuthError(code, `${place} ${issue?.message ?? 'is not valid'}`)
}
