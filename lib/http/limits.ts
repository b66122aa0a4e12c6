import { type OAuthError, tooManyRequests } from '@/lib/oauth/protocol/errors'
import { ADDRESS_HEADER, networkOf } from './client-address'
import { type Ceiling, type RateLimiter, rateLimiter } from './rate-limit'

/**
 * All rate limits, per process. They are far above normal use: hosted clients (ChatGPT, Claude) bring thousands of
 * users from a few addresses, and an office has one. The limit of an address is a small part of that of a server or
 * client, so no single address can use that up. Decision 0033.
 */
export const CEILINGS = {
  /** Registrations from one address, over all servers. */
  registrationsOfAddress: { burst: 600, perSecond: 2 },
  /** Registrations at one server. */
  registrationsOfServer: { burst: 6_000, perSecond: 100 },
  /** Authorization requests from one address, at one server. */
  authorizationsOfAddress: { burst: 300, perSecond: 10 },
  /** Authorization requests of one client, at one server. */
  authorizationsOfClient: { burst: 6_000, perSecond: 200 },
  /** Refused credentials and tokens of one client from one address, at one server. */
  failuresOfClient: { burst: 100, perSecond: 1 },
  /** The same of all clients together, and of those who name none. */
  failuresOfAddress: { burst: 1_000, perSecond: 20 },
  /** What the holder of one setup link has us do: look-ups, tests and changes. */
  requestsOfSetupLink: { burst: 60, perSecond: 0.5 },
} as const satisfies Readonly<Record<string, Ceiling>>

export type Limits = { readonly [Name in keyof typeof CEILINGS]: RateLimiter }

/** Significant characters of a client id, which a client can make arbitrarily long. */
const KEY_LENGTH = 100

/** @param now milliseconds */
export function createLimits(
  ceilings: { readonly [Name in keyof typeof CEILINGS]: Ceiling } = CEILINGS,
  now?: () => number,
): Limits {
  const made = Object.entries(ceilings).map(([name, ceiling]) => [name, rateLimiter(ceiling, now)])
  return Object.fromEntries(made) as Limits
}

/** @throws OAuthError `temporarily_unavailable` (429) */
export function limitRegistration(limits: Limits | undefined, serverId: string, request: Request): void {
  if (!limits) return
  // The address first: what it is refused, it does not take from the server.
  requirePermission(limits.registrationsOfAddress.take(visitor(request)))
  requirePermission(limits.registrationsOfServer.take(serverId))
}

/** @throws OAuthError `temporarily_unavailable` (429) */
export function limitAuthorization(
  limits: Limits | undefined,
  serverId: string,
  clientId: string,
  request: Request,
): void {
  if (!limits) return
  requirePermission(limits.authorizationsOfAddress.take(keyOf(serverId, visitor(request))))
  requirePermission(limits.authorizationsOfClient.take(keyOf(serverId, clientId)))
}

/**
 * The error for refused credentials or a refused token: the same, or 429 when they are too frequent. Only failures are
 * counted, so a limit never affects valid credentials, not even from an attacker's address.
 *
 * @param clientId as presented; empty without one
 */
export function limitFailure(
  limits: Limits | undefined,
  error: OAuthError,
  at: { readonly serverId: string; readonly clientId: string; readonly request: Request },
): OAuthError {
  if (!limits || error.status !== 401) return error
  const from = visitor(at.request)
  const { serverId, clientId } = at
  const ofClient = clientId ? limits.failuresOfClient.take(keyOf(serverId, error.code, clientId, from)) : 0
  const wait = Math.max(ofClient, limits.failuresOfAddress.take(keyOf(serverId, from)))
  return wait > 0 ? slowDown(wait) : error
}

/**
 * Counts an API key that was refused.
 *
 * @returns seconds to wait when that happens too often from there, otherwise 0
 */
export function limitRefusedKey(limits: Limits | undefined, request: Request): number {
  return limits ? limits.failuresOfAddress.take(keyOf('api', visitor(request))) : 0
}

const visitor = (request: Request) => networkOf(request.headers.get(ADDRESS_HEADER) ?? '')

const keyOf = (...parts: readonly string[]) => parts.map((part) => part.slice(0, KEY_LENGTH)).join(' ')

function requirePermission(wait: number): void {
  if (wait > 0) throw slowDown(wait)
}

const slowDown = (wait: number) => tooManyRequests('too many requests, slow down', wait)
