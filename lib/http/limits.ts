import { type OAuthError, tooManyRequests } from '@/lib/oauth/protocol/errors'
import { once } from '@/lib/once'
import { addressIn, networksOf } from './client-address'
import type { HttpRequest } from './http-handler'
import { type Counter, type NetworkCeilings, type NetworkLimit, networkLimit } from './limits/network-limit'
import { type Ceiling, type RateLimiter, rateLimiter } from './limits/rate-limit'

/**
 * All rate limits. They are far above normal use: hosted clients (ChatGPT, Claude) bring thousands of users from a few
 * addresses, and an office has one. Decisions 0033 and 0066.
 */
export const CEILINGS = {
  /** Refused credentials and tokens of one client from one address, at one server. */
  failuresOfClient: { burst: 100, perSecond: 1 },
  /** The same of all clients together, and of those who name none. */
  failuresOfAddress: { burst: 1_000, perSecond: 20 },
  /** What the holder of one setup link has us do: look-ups, tests and changes. */
  requestsOfSetupLink: { burst: 60, perSecond: 0.5 },
  /** Of one API key. */
  requestsOfApiKey: { burst: 3_000, perSecond: 50 },
  /** Requests other than GET, of all API keys of one organization. */
  changesOfApiKeys: { burst: 1_000, perSecond: 2 },
  /** Forms of the console that one operator sends. */
  formsOfOperator: { burst: 300, perSecond: 1 },
  /** Of the provisioning client of one connection. */
  requestsOfScimToken: { burst: 3_000, perSecond: 50 },
} as const satisfies Readonly<Record<string, Ceiling>>

/**
 * Limits by network, `own` of one address. That is a small part of what is shared, so it takes many networks to use that
 * up, and then there is a reserve.
 */
export const NETWORK_CEILINGS = {
  /** Registrations: of an address over all servers, and at one server. */
  registrations: {
    own: { burst: 600, perSecond: 2 },
    shared: { burst: 6_000, perSecond: 100 },
    little: { burst: 20, perSecond: 0.2 },
  },
  /** Authorization requests, pushed ones and devices' ones: at one server, and of one client. */
  authorizations: {
    own: { burst: 300, perSecond: 10 },
    shared: { burst: 6_000, perSecond: 200 },
    little: { burst: 20, perSecond: 0.2 },
  },
  /** Passwords that are tried: in the console, or at platform connections. */
  signIns: {
    own: { burst: 60, perSecond: 1 },
    shared: { burst: 600, perSecond: 20 },
    little: { burst: 5, perSecond: 0.05 },
  },
} as const satisfies Readonly<Record<string, NetworkCeilings>>

/** A limit of this process, and of all instances together where they share a Redis. */
type SharedLimit = NetworkLimit & {
  /** The two by themselves, for who has something else to ask Redis for at the same time. */
  readonly here: NetworkLimit
  readonly everywhere: NetworkLimit
}

export type Limits = { readonly [Name in keyof typeof CEILINGS]: Pick<RateLimiter, 'take'> } & {
  readonly [Name in keyof typeof NETWORK_CEILINGS]: SharedLimit
}

type Options = {
  /** Instead of {@link CEILINGS} and {@link NETWORK_CEILINGS}. */
  readonly ceilings?: { readonly [Name in keyof typeof CEILINGS]?: Ceiling }
  readonly networks?: { readonly [Name in keyof typeof NETWORK_CEILINGS]?: NetworkCeilings }
  /** Milliseconds. */
  readonly now?: () => number
  /** Counts by network for all instances, where they share a Redis; what this process counts holds as well. */
  readonly shared?: (name: string, ceiling: Ceiling) => Counter
  /** Told of each request that has to wait. */
  readonly limited?: (name: keyof Limits) => void
}

/** Significant characters of a client id, which a client can make arbitrarily long. */
const KEY_LENGTH = 100

export function createLimits({ ceilings, networks, now, shared, limited }: Options = {}): Limits {
  const told = (name: keyof Limits, wait: number) => {
    if (wait > 0) limited?.(name)
    return wait
  }
  const ofKey = (name: keyof typeof CEILINGS): Pick<RateLimiter, 'take'> => {
    const limiter = rateLimiter(ceilings?.[name] ?? CEILINGS[name], now)
    return { take: (key) => told(name, limiter.take(key)) }
  }
  const ofNetwork = (name: keyof typeof NETWORK_CEILINGS): SharedLimit => {
    const ceiling = networks?.[name] ?? NETWORK_CEILINGS[name]
    const telling = (limit: NetworkLimit | undefined): NetworkLimit => ({
      take: async (address, scopes) => told(name, (await limit?.take(address, scopes)) ?? 0),
    })
    const here = telling(networkLimit(ceiling, (_, part) => rateLimiter(part, now)))
    const everywhere = telling(
      shared && networkLimit(ceiling, (width, part) => shared(`${name} ${width}`, part)),
    )
    return {
      here,
      everywhere,
      // A flood of one instance ends here, and asks nobody.
      take: async (address, scopes) => (await here.take(address, scopes)) || everywhere.take(address, scopes),
    }
  }
  return {
    failuresOfClient: ofKey('failuresOfClient'),
    failuresOfAddress: ofKey('failuresOfAddress'),
    requestsOfSetupLink: ofKey('requestsOfSetupLink'),
    requestsOfApiKey: ofKey('requestsOfApiKey'),
    changesOfApiKeys: ofKey('changesOfApiKeys'),
    formsOfOperator: ofKey('formsOfOperator'),
    requestsOfScimToken: ofKey('requestsOfScimToken'),
    registrations: ofNetwork('registrations'),
    authorizations: ofNetwork('authorizations'),
    signIns: ofNetwork('signIns'),
  }
}

/** @throws OAuthError `temporarily_unavailable` (429) */
export async function limitRegistration(
  limits: Limits | undefined,
  serverId: string,
  request: HttpRequest,
): Promise<void> {
  requirePermission(await limits?.registrations.take(addressOf(request), { own: '', shared: serverId }))
}

/** @throws OAuthError `temporarily_unavailable` (429) */
export async function limitAuthorization(
  limits: Limits | undefined,
  serverId: string,
  clientId: string,
  request: HttpRequest,
): Promise<void> {
  const admitted = await beginLimitedAuthorization(limits, serverId, clientId, request)
  await admitted()
}

/**
 * As {@link limitAuthorization}, in two parts: what this process counts, and then what all instances count, which is
 * asked once, when that is called first.
 *
 * @throws OAuthError `temporarily_unavailable` (429); so does what it returns
 */
export async function beginLimitedAuthorization(
  limits: Limits | undefined,
  serverId: string,
  clientId: string,
  request: HttpRequest,
): Promise<() => Promise<void>> {
  const address = addressOf(request)
  const scopes = { own: serverId, shared: keyOf(serverId, clientId) }
  requirePermission(await limits?.authorizations.here.take(address, scopes))
  return once(async () => requirePermission(await limits?.authorizations.everywhere.take(address, scopes)))
}

/**
 * Counts a password that is tried.
 *
 * @returns seconds to wait when there are too many from there, otherwise 0
 */
export async function limitSignIn(
  limits: Limits | undefined,
  realm: 'operator' | 'platform',
  browser: Headers,
): Promise<number> {
  return (await limits?.signIns.take(addressIn(browser), { own: realm, shared: realm })) ?? 0
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
  at: { readonly serverId: string; readonly clientId: string; readonly request: HttpRequest },
): OAuthError {
  if (!limits || error.status !== 401) return error
  const from = visitor(at.request)
  const { serverId, clientId } = at
  const ofClient = clientId ? limits.failuresOfClient.take(keyOf(serverId, error.code, clientId, from)) : 0
  const wait = Math.max(ofClient, limits.failuresOfAddress.take(keyOf(serverId, from)))
  return wait > 0 ? slowDown(wait) : error
}

/**
 * Counts what was refused: an API key, or what claims to come from an identity provider.
 *
 * @returns seconds to wait when that happens too often from there, otherwise 0
 */
export function limitRefused(
  limits: Limits | undefined,
  what: 'api' | 'provider' | 'scim',
  request: HttpRequest,
): number {
  return limits ? limits.failuresOfAddress.take(keyOf(what, visitor(request))) : 0
}

const addressOf = (request: HttpRequest) => addressIn(request.headers)

/** What failures are counted by; they change nothing for requests that succeed. */
const visitor = (request: HttpRequest) => networksOf(addressOf(request))[0] ?? ''

const keyOf = (...parts: readonly string[]) => parts.map((part) => part.slice(0, KEY_LENGTH)).join(' ')

function requirePermission(wait = 0): void {
  if (wait > 0) throw slowDown(wait)
}

const slowDown = (wait: number) => tooManyRequests('too many requests, slow down', wait)
