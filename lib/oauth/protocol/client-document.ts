/**
 * Client ID metadata documents (draft-ietf-oauth-client-id-metadata-document, "CIMD"): what a document at a client's
 * address must say before the client is believed to be what it says.
 */
import { MAX_KEYS } from './client-keys'
import {
  type ClientMetadata,
  MAX_CONTACTS,
  MAX_REDIRECT_URIS,
  MAX_TEXT_LENGTH,
  parseClientMetadata,
} from './client-metadata'
import { OAuthError } from './errors'
import { DEVICE_CODE, JWT_BEARER } from './grant-types'
import { checkRedirectUri } from './redirect-uri'
import { CAPABILITIES, type Capabilities } from './server-metadata'

/** Bytes of a document that are read (CIMD §8.7). */
export const MAX_CLIENT_DOCUMENT = 5 * 1024

/** Why a client that is known by its address cannot be let in: the operator counts these apart. */
export type ClientDocumentReason =
  | 'client_document_unreachable'
  | 'client_document_invalid'
  | 'client_not_allowed'

/** The client metadata document cannot be fetched or is invalid. Shown, never redirected: the redirect URI is in it. */
export class ClientDocumentError extends OAuthError {
  constructor(
    readonly reason: ClientDocumentReason,
    description: string,
    /** Details for the operator alone: they may reveal our network. */
    readonly detail = description,
  ) {
    super('invalid_client', description, { status: 400 })
    this.name = 'ClientDocumentError'
  }
}

/** A client as its document describes it: public, or with keys that prove who it is. It has no secret. */
export type ClientDocument = Omit<ClientMetadata, 'tokenEndpointAuthMethod' | 'clientName'> & {
  readonly clientId: string
  readonly clientName: string
  /** `none` together with keys: the client may authenticate, and need not. */
  readonly tokenEndpointAuthMethod: 'none' | 'private_key_jwt'
}

/**
 * A document is public, so nothing in it can be a shared secret (CIMD §4.1). It is for all servers, so it may name grant
 * types that only some of them offer.
 */
const DOCUMENT_CAPABILITIES: Capabilities = {
  ...CAPABILITIES,
  grantTypes: [...CAPABILITIES.grantTypes, JWT_BEARER, DEVICE_CODE],
  tokenEndpointAuthMethods: ['none', 'private_key_jwt'],
}
const SECRET_MEMBERS = ['client_secret', 'client_secret_expires_at']

/**
 * Reads a document (CIMD §4). What we do not know of is ignored; what a document must not have refuses it all.
 *
 * @param body the parsed JSON, not yet trusted
 * @param url where it lies, which is the `client_id`
 * @throws ClientDocumentError `client_document_invalid`
 */
export function parseClientDocument(body: unknown, url: string): ClientDocument {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalid('it is not a JSON object')
  const members = body as Readonly<Record<string, unknown>>
  if (members.client_id !== url) throw invalid('its client_id is not the address it lies at')
  const secret = SECRET_MEMBERS.find((name) => name in members)
  if (secret) throw invalid(`it must not have a ${secret}: it is public`)
  const methods = authMethods(members)
  const keyed = methods.includes('private_key_jwt')
  const tokenEndpointAuthMethod = methods.includes('none') ? 'none' : 'private_key_jwt'
  const metadata = parseMetadata({
    ...usableMembers(members),
    token_endpoint_auth_method: tokenEndpointAuthMethod,
  })
  const { jwks, jwksUri, clientName, ...rest } = metadata
  if (!clientName) throw invalid('client_name is missing')
  if (rest.redirectUris.length === 0) throw invalid('redirect_uris must hold at least one URI')
  return {
    ...rest,
    clientId: url,
    clientName,
    tokenEndpointAuthMethod,
    ...(keyed && jwks && { jwks }),
    ...(keyed && jwksUri && { jwksUri }),
  }
}

/**
 * A document is written once for all authorization servers, so it may list what we do not take: that is left out, and the
 * rest is as good as before. An attacker gains nothing: what is left would be accepted alone.
 */
function usableMembers(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const listed = (name: string, isUsable: (value: unknown) => boolean) => {
    const value = members[name]
    return Array.isArray(value) && { [name]: [...new Set(value)].filter(isUsable) }
  }
  const isText = (value: unknown) => typeof value === 'string' && value.length <= MAX_TEXT_LENGTH
  const redirects = listed('redirect_uris', (uri) => checkRedirectUri(uri) === null)
  const contacts = listed('contacts', isText)
  return {
    ...members,
    ...(redirects && firstOf(redirects, MAX_REDIRECT_URIS, members)),
    ...(contacts && firstOf(contacts, MAX_CONTACTS)),
    ...listed('grant_types', isText),
    ...listed('response_types', isText),
    ...usableKeys(members.jwks),
  }
}

/** Keys among which some are none; a private one has the document refused all the same. */
function usableKeys(jwks: unknown): Readonly<Record<string, unknown>> {
  if (typeof jwks !== 'object' || jwks === null || !('keys' in jwks) || !Array.isArray(jwks.keys)) return {}
  const keys = jwks.keys.filter((key) => typeof key === 'object' && key !== null && !Array.isArray(key))
  return { jwks: { ...jwks, keys: keys.slice(0, MAX_KEYS) } }
}

/** So many entries of the list; of one without any that is usable, the first as it was: its mistake is named. */
function firstOf(
  list: Readonly<Record<string, readonly unknown[]>>,
  number: number,
  members: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(list).map(([name, usable]) => {
      const given = members[name]
      const kept = usable.length === 0 && Array.isArray(given) ? given : usable
      return [name, kept.slice(0, number)]
    }),
  )
}

/**
 * The supported ones of the methods that the document declares, in the singular member (RFC 7591 §2) or in the list
 * that ChatGPT's has. None declared means `none`: the default of RFC 7591 needs a secret, which a document cannot have.
 */
function authMethods(members: Readonly<Record<string, unknown>>): readonly string[] {
  const { token_endpoint_auth_method: preferred, token_endpoint_auth_methods_supported: listed } = members
  const declared: readonly unknown[] = [preferred ?? [], listed ?? []].flat()
  if (declared.length === 0) return ['none']
  const shared = declared.some((method) => typeof method === 'string' && method.startsWith('client_secret_'))
  if (shared) throw invalid('it must not name a method that needs a shared secret')
  const supported = DOCUMENT_CAPABILITIES.tokenEndpointAuthMethods.filter((name) => declared.includes(name))
  if (supported.length === 0) throw invalid('none of its token endpoint authentication methods is supported')
  return supported
}

function parseMetadata(members: Readonly<Record<string, unknown>>): ClientMetadata {
  try {
    return parseClientMetadata(members, DOCUMENT_CAPABILITIES)
  } catch (error) {
    if (error instanceof OAuthError) throw invalid(error.description)
    throw error
  }
}

const invalid = (reason: string) =>
  new ClientDocumentError('client_document_invalid', `the document of the client cannot be used: ${reason}`)
