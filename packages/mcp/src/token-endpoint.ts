/** What this server asks the authorization server about a token, with a credential of its own. */
import type { JWTPayload } from 'jose'
import { requireUnbound } from './access-token'
import { type AuthorizationServer, readJson, type Surroundings } from './authorization-server'
import { type AccessError, invalidToken, Unavailable } from './errors'

/** The credential of the MCP server: a bearer token, or with an `id` a client's id and secret (Basic). */
export type Credentials = { readonly id?: string; readonly secret: string }

/** Milliseconds for which an answer is kept, but never beyond the token's `exp`; and how many answers are. */
const KEPT = 5_000
const MOST = 1_000

const TIMEOUT = 5_000

type Place = {
  readonly issuer: string
  readonly resource: string
  readonly credentials: Credentials
  readonly leeway: number
}

/**
 * Asks about tokens that say nothing by themselves (RFC 7662). Concurrent questions about one token are one question.
 *
 * @returns claims of a live token, and throws AccessError `invalid_token` or Unavailable
 */
export function introspection(
  { issuer, resource, credentials, leeway }: Place,
  server: AuthorizationServer,
  { fetch, now }: Surroundings,
): (token: string) => Promise<JWTPayload> {
  const answers = new Map<string, { readonly at: number; readonly claims: Promise<JWTPayload> }>()

  async function askAbout(token: string): Promise<JWTPayload> {
    const { introspectionEndpoint: url } = await server.metadata()
    if (!url) throw new Unavailable(`${issuer} has no introspection`)
    const response = await post(fetch, url, { token, token_type_hint: 'access_token' }, credentials)
    // Neither a wrong credential nor an outage says anything about the token.
    if (response.status !== 200) throw new Unavailable(`introspection answered ${response.status}`)
    return readJson(response)
  }

  function remembered(token: string): Promise<JWTPayload> {
    const known = answers.get(token)
    if (known && now() >= known.at && now() - known.at < KEPT) return known.claims
    answers.delete(token)
    const oldest = answers.keys().next()
    if (answers.size >= MOST && !oldest.done) answers.delete(oldest.value)
    const claims = askAbout(token)
    answers.set(token, { at: now(), claims })
    claims.catch(() => answers.delete(token))
    return claims
  }

  return async (token) => {
    const claims = await remembered(token)
    const { active, iss, aud, exp, nbf, token_type: type } = claims
    if (active !== true) throw invalidToken('the token is unknown, expired or revoked')
    if (type !== undefined && (typeof type !== 'string' || type.toLowerCase() !== 'bearer'))
      throw invalidToken('that is no access token')
    if (iss !== undefined && iss !== issuer) throw invalidToken('the token was issued by another issuer')
    if (aud !== resource && !(Array.isArray(aud) && aud.includes(resource)))
      throw invalidToken('the token was issued for another resource')
    const seconds = now() / 1000
    if (typeof exp === 'number' && exp <= seconds - leeway) throw invalidToken('the token has expired')
    const isOfNow = nbf === undefined || nbf === null || (typeof nbf === 'number' && nbf <= seconds + leeway)
    if (!isOfNow) throw invalidToken('the token is of the future')
    requireUnbound(claims)
    return claims
  }
}

/** The user's token at the identity provider. */
export type UpstreamToken = {
  readonly accessToken: string
  /** Seconds; absent when the identity provider does not say. */
  readonly expiresIn?: number
  readonly scopes?: readonly string[]
}

/** The operator has not allowed the exchange, or not of this scope; `code` as RFC 6749 §5.2 names it. */
export class ExchangeRefused extends Error {
  override readonly name = 'ExchangeRefused'
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

/**
 * Token exchange (RFC 8693): the access token of the request that is being served for the user's token at the identity
 * provider.
 *
 * @throws AccessError `invalid_token` when the user's session is over, here or there
 * @throws Unavailable
 * @throws ExchangeRefused
 */
export async function exchange(
  subjectToken: string,
  scopes: readonly string[] | undefined,
  credentials: Credentials,
  server: AuthorizationServer,
  fetch: Surroundings['fetch'],
): Promise<UpstreamToken> {
  const { tokenEndpoint } = await server.metadata()
  if (!tokenEndpoint) throw new Unavailable('the authorization server has no token endpoint')
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: subjectToken,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    ...(scopes && { scope: scopes.join(' ') }),
  }
  const response = await post(fetch, tokenEndpoint, form, credentials)
  if (response.status >= 500 || response.status === 429) {
    const retryAfter = Number(response.headers.get('retry-after')) || undefined
    throw new Unavailable(`the token exchange answered ${response.status}`, undefined, retryAfter)
  }
  const answer = await readJson(response)
  if (response.status !== 200) throw refusalOf(answer)
  const { access_token: accessToken, expires_in: expiresIn, scope } = answer
  if (typeof accessToken !== 'string') throw new Unavailable('the token exchange brought no token')
  return {
    accessToken,
    ...(typeof expiresIn === 'number' && { expiresIn }),
    ...(typeof scope === 'string' && { scopes: scope.split(' ').filter(Boolean) }),
  }
}

function refusalOf({
  error,
  error_description: description,
}: Readonly<Record<string, unknown>>): AccessError | ExchangeRefused {
  const message = typeof description === 'string' ? description : String(error)
  return error === 'invalid_grant' || error === 'invalid_request'
    ? invalidToken('the session at the identity provider is over')
    : new ExchangeRefused(String(error), message)
}

async function post(
  fetch: Surroundings['fetch'],
  url: string,
  form: Record<string, string>,
  credentials: Credentials,
): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT),
      headers: { accept: 'application/json', authorization: authorizationOf(credentials) },
      body: new URLSearchParams(form),
    })
  } catch (error) {
    throw new Unavailable(`${url} cannot be reached`, { cause: error })
  }
}

/** RFC 6749 §2.3.1: both parts of Basic are form-encoded first. */
function authorizationOf({ id, secret }: Credentials): string {
  if (id === undefined) return `Bearer ${secret}`
  const encoded = (value: string) => new URLSearchParams({ '': value }).toString().slice(1)
  return `Basic ${btoa(`${encoded(id)}:${encoded(secret)}`)}`
}
