import type { JWTPayload } from 'jose'
import { ALGORITHMS, looksSigned, verifySigned } from './access-token'
import { authorizationServer, type Surroundings } from './authorization-server'
import { scopesOfCall } from './calls'
import { refuse } from './challenge'
import { AccessError, invalidToken, Unavailable } from './errors'
import { revocations } from './revocations'
import { exchange, introspection } from './token-endpoint'
import type { Verifier, VerifierOptions } from './types'
import { type AuthInfo, toUser, type User } from './user'

/** RFC 6750 §2.1; whatever else is in the header is no token. */
const BEARER = /^bearer +([\w.~+/-]+=*) *$/i

/** Longer tokens are refused before they cost anything. */
const MAX_LENGTH = 16_384

const LEEWAY = 30

/**
 * Verifies access tokens for one MCP server. Make it once: it keeps keys and answers.
 *
 * @throws TypeError when an option is not what it has to be, such as an issuer that is no URL
 */
export function createVerifier(options: VerifierOptions<JWTPayload>): Verifier<JWTPayload>
export function createVerifier<Claims>(
  options: VerifierOptions<Claims> & { readonly claims: (claims: JWTPayload) => Claims | Promise<Claims> },
): Verifier<Claims>
export function createVerifier<Claims>(options: VerifierOptions<Claims>): Verifier<Claims | JWTPayload> {
  const { issuer, resource, scopes = [], tools = {}, credentials } = options
  requireSense(options)
  const surroundings: Surroundings = {
    fetch: options.fetch ?? ((url, init) => fetch(url, init)),
    now: options.now ?? Date.now,
  }
  const server = authorizationServer(issuer, surroundings)
  const tell = (error: Unavailable) => {
    // Trouble of who is told must not end the process, whether it comes at once or later.
    const told = async () => options.onUnavailable?.(error)
    told().catch(() => {})
  }
  const verify = userVerifier(options, server, surroundings, tell)
  const offered = [...new Set([...scopes, ...Object.values(tools).flat()])]
  const { origin, pathname, search } = new URL(resource)
  const metadataPath = `/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}`
  const metadataUrl = origin + metadataPath + search

  function requireScope(user: User, ...needed: readonly string[]): void {
    if (needed.every((scope) => user.scopes.includes(scope))) return
    const kept = user.scopes.filter((scope) => offered.includes(scope))
    const all = [...new Set([...scopes, ...needed, ...kept])]
    throw new AccessError('insufficient_scope', 'the token lacks a scope that this needs', all)
  }

  return {
    issuer,
    resource,
    metadataUrl,
    metadataPath,
    hasTools: Object.keys(tools).length > 0,
    metadata: () => ({
      resource,
      authorization_servers: [issuer],
      ...(offered.length > 0 && { scopes_supported: offered }),
      bearer_methods_supported: ['header'],
      ...options.metadata,
    }),
    verify,
    async authenticate(authorization) {
      const user = await verify(tokenOf(authorization))
      requireScope(user, ...scopes)
      return user
    },
    requireScope,
    requireScopesOfCall: (user, message) => requireScope(user, ...scopesOfCall(message, tools)),
    refusal(error) {
      if (!(error instanceof AccessError || error instanceof Unavailable)) throw error
      if (error instanceof Unavailable) tell(error)
      return refuse(error, metadataUrl, scopes)
    },
    async exchangeToken({ token }, { scopes } = {}) {
      if (!credentials) throw new TypeError('exchangeToken needs the option credentials')
      return exchange(token, scopes, credentials, server, surroundings.fetch)
    },
    ...authInfos(resource),
  }
}

/** What is computed or comes from a file has no type: `NaN` seconds of leeway would let no token expire. */
function requireSense({ leeway = LEEWAY, revocations = 'accept' }: VerifierOptions<unknown>): void {
  if (!Number.isFinite(leeway) || leeway < 0) throw new TypeError('the option leeway is no number of seconds')
  if (!['accept', 'refuse', 'ignore'].includes(revocations))
    throw new TypeError('the option revocations is none of accept, refuse and ignore')
}

function tokenOf(authorization: string | null | undefined): string {
  // RFC 6750 §3.1: no error code for a request that did not try.
  if (!/^bearer(?: |$)/i.test(authorization ?? '')) throw new AccessError(undefined, 'there is no token')
  const token = BEARER.exec(authorization ?? '')?.[1]
  if (!token) throw invalidToken('the token is malformed')
  return token
}

/** Verifies a token by its form, offline or by introspection, and reads its claims. */
function userVerifier<Claims>(
  options: VerifierOptions<Claims>,
  server: ReturnType<typeof authorizationServer>,
  surroundings: Surroundings,
  tell: (error: Unavailable) => void,
): (token: string) => Promise<User<Claims | JWTPayload>> {
  const { issuer, resource, credentials, algorithms = ALGORITHMS, leeway = LEEWAY } = options
  const { now } = surroundings
  const expected = {
    ...{ issuer, resource, leeway, now },
    algorithms: algorithms.filter((name) => ALGORITHMS.includes(name)),
  }
  const introspect =
    credentials && introspection({ issuer, resource, credentials, leeway }, server, surroundings)
  const without = options.revocations ?? 'accept'
  const ended = revocations({ issuer, without, leeway, tell }, server, surroundings)

  async function claimsOf(token: string): Promise<JWTPayload> {
    if (token.length > MAX_LENGTH) throw invalidToken('the token is too long')
    if (looksSigned(token)) {
      const claims = await verifySigned(token, expected, server)
      await ended.check(claims)
      return claims
    }
    if (!introspect) throw invalidToken('the token is malformed')
    return introspect(token)
  }

  return async (token) => {
    const user = toUser(token, await claimsOf(token))
    if (!options.claims) return user
    try {
      return { ...user, claims: await options.claims(user.claims) }
    } catch (error) {
      throw invalidToken('the claims are not as expected', { cause: error })
    }
  }
}

/** The user behind each `authInfo`, which SDKs hand on as it is, or as a copy with the same `extra`. */
function authInfos<Claims>(
  resource: string,
): Pick<Verifier<Claims>, 'authInfo' | 'userOf' | 'userOfRequest'> {
  const users = new WeakMap<object, User<Claims>>()
  const userOf: Verifier<Claims>['userOf'] = (authInfo) => {
    const user = authInfo?.extra && users.get(authInfo.extra)
    if (!user) throw new Error('the request has not passed the verifier')
    return user
  }
  return {
    authInfo(user) {
      const { token, clientId, scopes, expiresAt, sub, grant, claims } = user
      const extra: AuthInfo['extra'] = { sub, ...(grant !== undefined && { grant }), claims }
      users.set(extra, user)
      return { token, clientId, scopes: [...scopes], expiresAt, resource: new URL(resource), extra }
    },
    userOf,
    userOfRequest: (request: { readonly auth?: Parameters<typeof userOf>[0] }) => userOf(request.auth),
  }
}
