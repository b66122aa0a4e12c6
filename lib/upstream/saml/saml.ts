/** Connections to a SAML 2.0 identity provider: the web browser SSO profile (SAML 2.0 Profiles §4.1). Decision 0117. */
import type { Identity } from '@/lib/oauth/model'
import type { SamlAssertion } from '@/lib/oauth/ports/saml-assertions'
import { type ReceivedResponse, UpstreamError } from '@/lib/oauth/ports/upstream'
import type { EstablishedLogin, ExpectedLogin, LoginRequest, UpstreamContext } from '../context'
import { readSubject } from '../subject'
import { readAssertion, samlClient } from './assertion'
import { ResponseRefused, samlFailure } from './failures'
import { findSamlProvider, type SamlConnection } from './metadata'

/** The request of a login has its nonce as its ID: an assertion that answers it names the nonce. */
const requestId = (nonce: string) => `_${nonce}`

/**
 * The URL of the login at the SAML identity provider, with a request by the redirect binding (SAML 2.0 Bindings §3.4).
 *
 * @param keyFor what requests are signed with, where they are
 * @throws UpstreamError
 */
export async function beginSamlLogin(
  connection: SamlConnection,
  { state, nonce, prompt = [], maxAge }: LoginRequest,
  context: UpstreamContext,
  keyFor?: (connectionId: string) => Promise<{ readonly privateKey: string }>,
): Promise<string> {
  const provider = await findSamlProvider(connection, context)
  context.http.checkUrl(provider.signOnUrl, 'authorization endpoint')
  const isSigned = connection.signRequests ?? provider.wantsSignedRequests
  const key = isSigned ? await keyFor?.(connection.id) : undefined
  const client = await samlClient(provider, context.callbackUrl, {
    privateKey: key?.privateKey,
    id: requestId(nonce),
    forceAuthn: prompt.includes('login') || maxAge === 0,
    passive: prompt.includes('none'),
  })
  return client.getAuthorizeUrlAsync(state, undefined, {})
}

/**
 * Validates the response that a browser brought from the identity provider. Which browser is not known here.
 *
 * @throws UpstreamError where the metadata cannot be had
 */
export async function receiveSamlResponse(
  connection: SamlConnection,
  response: string,
  context: UpstreamContext,
): Promise<ReceivedResponse> {
  const provider = await findSamlProvider(connection, context)
  try {
    return { assertion: await readAssertion(response, provider, context.callbackUrl, context.clock()) }
  } catch (error) {
    if (error instanceof ResponseRefused) return { failure: error.failure }
    throw error
  }
}

/**
 * Establishes who logged in from the assertion that was received for this login.
 *
 * @param take gives the assertion with a one-time id, once
 * @throws UpstreamError
 */
export async function completeSamlLogin(
  connection: SamlConnection,
  parameters: URLSearchParams,
  { nonce }: ExpectedLogin,
  take: (id: string) => Promise<SamlAssertion | null>,
): Promise<EstablishedLogin> {
  const error = parameters.get('error')
  if (error !== null) throw samlFailure(error)
  const assertion = await take(parameters.get('code') ?? '')
  if (!assertion) throw samlFailure('replayed')
  if (assertion.inResponseTo === undefined) throw samlFailure('unasked')
  if (assertion.inResponseTo !== requestId(nonce))
    throw new UpstreamError(
      'upstream_assertion_unasked',
      'The assertion does not answer the request of this login: it may be a replayed one.',
      { stage: 'identity' },
    )
  // There is no token of it: an empty one opens nothing.
  return { identity: identityOf(connection, assertion), tokens: { accessToken: '' } }
}

/** Names of attributes that providers use for what pages show. */
const EMAIL = [
  'email',
  'mail',
  'http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress',
  'urn:oid:0.9.2342.19200300.100.1.3',
]
const NAME = [
  'name',
  'displayName',
  'cn',
  'http://schemas.microsoft.com/identity/claims/displayname',
  'urn:oid:2.16.840.1.113730.3.1.241',
]

function identityOf({ id, claims: names = {} }: SamlConnection, assertion: SamlAssertion): Identity {
  const { attributes, nameId, nameIdFormat = '', issuedAt, authTime, sessionIndex } = assertion
  const first = (candidates: readonly string[]) =>
    candidates
      .flatMap((name) => (Object.hasOwn(attributes, name) ? (attributes[name] ?? []) : []))
      .find(Boolean)
  if (names.subject === undefined && nameIdFormat.endsWith(':transient'))
    throw new UpstreamError(
      'upstream_identity_missing',
      'The NameID is another at every login (transient): choose a persistent one there, or name the attribute that identifies the user (claims.subject).',
      { stage: 'identity' },
    )
  const subject = readSubject(names.subject === undefined ? nameId : first([names.subject]))
  const isEmail = nameIdFormat.endsWith(':emailAddress')
  const email = first(names.email ? [names.email] : EMAIL) ?? (isEmail ? nameId : undefined)
  const name = first(names.name ? [names.name] : NAME)
  return {
    identitySource: `connection:${id}`,
    subject,
    ...(email !== undefined && { email }),
    ...(name !== undefined && { name }),
    ...(Number.isFinite(authTime) && { authTime: new Date(authTime * 1000) }),
    claims: {
      ...attributes,
      sub: subject,
      iat: issuedAt,
      ...(email !== undefined && { email }),
      ...(name !== undefined && { name }),
      ...(sessionIndex !== undefined && { sid: sessionIndex }),
    },
  }
}
