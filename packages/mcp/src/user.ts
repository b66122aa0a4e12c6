import type { JWTPayload } from 'jose'
import { type AccessError, invalidToken } from './errors'

/** Whom a verified access token speaks for. */
export type User<Claims = unknown> = {
  /** The user; of a client that acts for itself, the client. Key your data by this. */
  readonly sub: string
  readonly clientId: string
  readonly scopes: readonly string[]
  /** One login of one user with one client (`gid`), where the issuer says so. */
  readonly grant?: string
  /** Seconds since 1970. */
  readonly expiresAt: number
  /** All claims of the token, as the option `claims` read them. */
  readonly claims: Claims
  /** The access token itself, for `exchangeToken`. It is for this server alone: pass it on to nobody. */
  readonly token: string
}

/** What the MCP SDKs hand to tools: `authInfo`. */
export type AuthInfo = {
  token: string
  clientId: string
  scopes: string[]
  expiresAt: number
  resource: URL
  extra: Record<string, unknown>
}

/** @throws AccessError `invalid_token` when a claim that every access token has (RFC 9068 §2.2) is not there */
export function toUser(token: string, claims: JWTPayload): User<JWTPayload> {
  const { sub, client_id, exp, scope = '', gid } = claims
  if (typeof sub !== 'string' || !sub) throw missing('sub')
  if (typeof client_id !== 'string' || !client_id) throw missing('client_id')
  if (typeof exp !== 'number' || !Number.isFinite(exp)) throw missing('exp')
  if (typeof scope !== 'string') throw missing('scope')
  // Half of a letter: most of what stores or compares names takes it for any other half.
  const broken = ['sub', 'client_id', 'gid', 'jti'].find((name) =>
    /\p{Surrogate}/u.test(String(claims[name])),
  )
  if (broken) throw missing(broken)
  return {
    sub,
    clientId: client_id,
    scopes: scope.split(' ').filter(Boolean),
    ...(typeof gid === 'string' && { grant: gid }),
    expiresAt: exp,
    claims,
    token,
  }
}

const missing = (claim: string): AccessError => invalidToken(`the claim ${claim} is missing or malformed`)
