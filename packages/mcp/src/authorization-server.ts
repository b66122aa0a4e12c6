import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'
import { boundedText, chunksOf } from './bounded-text'
import { Unavailable } from './errors'
import { kept } from './kept'

/** What of an authorization server's metadata (RFC 8414 §2) is used here. */
export type ServerMetadata = {
  /** Absent where all access tokens are opaque. */
  readonly jwksUri: string | undefined
  readonly introspectionEndpoint: string | undefined
  readonly tokenEndpoint: string | undefined
  /** Where ended grants and tokens are published. */
  readonly revocationsUri: string | undefined
}

export type AuthorizationServer = {
  readonly metadata: () => Promise<ServerMetadata>
  /**
   * Finds the key of a token. Throws an error of `jose` when it is the token that names none or no single one, and
   * {@link Unavailable} when keys cannot be had.
   */
  readonly keys: JWTVerifyGetKey
}

/** How the network and the clock are reached; tests bring their own. */
export type Surroundings = {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  /** Milliseconds since 1970. */
  readonly now: () => number
}

const MINUTE = 60_000

/** Milliseconds that an answer of the authorization server may take. */
const TIMEOUT = 5_000

/** Keys that were withdrawn are taken for good for `stale` at most, while newer ones cannot be fetched. */
const LIFETIMES = { fresh: 10 * MINUTE, stale: 60 * MINUTE, pause: 1_000, patience: 2 * TIMEOUT }

/** An unknown key id has the keys fetched again, but not sooner: anybody can invent key ids. */
const RENEW_AFTER = 30_000

/** An issuer as a verifier sees it. Nothing is fetched before the first token asks. */
export function authorizationServer(issuer: string, { fetch, now }: Surroundings): AuthorizationServer {
  const places = metadataPlaces(issuer)
  const metadata = kept(() => discover(issuer, places, fetch), LIFETIMES, now)
  const keySet = kept(
    async () => {
      const { jwksUri } = await metadata()
      if (!jwksUri) throw new Unavailable(`${issuer} publishes no keys`)
      const set = await readJson(await ask(fetch, jwksUri))
      if (!isKeySet(set)) throw new Unavailable(`${jwksUri} is no key set`)
      return createLocalJWKSet(set)
    },
    LIFETIMES,
    now,
  )
  return {
    metadata: () => metadata(),
    async keys(header, token) {
      try {
        return await (await keySet())(header, token)
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) throw error
        return await (await keySet(RENEW_AFTER))(header, token)
      }
    },
  }
}

/** RFC 8414 §3.1 inserts the well-known part before the issuer's path, OpenID Connect Discovery §4 appends it. */
function metadataPlaces(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return [
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ]
}

/** A document that names another issuer is not used (RFC 8414 §3.3). */
async function discover(
  issuer: string,
  places: readonly string[],
  fetch: Surroundings['fetch'],
): Promise<ServerMetadata> {
  let failure: unknown
  for (const place of places) {
    try {
      return toMetadata(issuer, await readJson(await ask(fetch, place)))
    } catch (error) {
      failure ??= error
    }
  }
  throw new Unavailable(`the metadata of ${issuer} cannot be fetched`, { cause: failure })
}

function toMetadata(issuer: string, document: Readonly<Record<string, unknown>>): ServerMetadata {
  if (document.issuer !== issuer) throw new Unavailable('the metadata names another issuer')
  const place = (name: string) => placeOf(document[name], issuer)
  return {
    jwksUri: place('jwks_uri'),
    introspectionEndpoint: place('introspection_endpoint'),
    tokenEndpoint: place('token_endpoint'),
    revocationsUri: place('revocations_uri'),
  }
}

/** Neither keys nor our credential go over the network in clear text where the issuer itself does not. */
function placeOf(value: unknown, issuer: string): string | undefined {
  if (typeof value !== 'string' || !value) return undefined
  if (/^https:/i.test(issuer) && !/^https:/i.test(value))
    throw new Unavailable(`the metadata name ${value}, which is not https`)
  return value
}

/**
 * @returns an answer with status 200
 * @throws Unavailable
 */
export async function ask(
  fetch: Surroundings['fetch'],
  url: string,
  timeout: number = TIMEOUT,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  // Not `error`: Cloudflare Workers know only the other two.
  const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(timeout) })
  if (response.status !== 200) throw new Unavailable(`${url} answered ${response.status}`)
  return response
}

/** @throws Unavailable when it is no JSON object */
export async function readJson(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const value = parsed(await readText(response))
  if (!isRecord(value)) throw new Unavailable(`${response.url} is no JSON object`)
  return value
}

/** @throws Unavailable when it is longer than 4 MiB, or ends too soon */
export async function readText({ body, url }: Response): Promise<string> {
  const text = body ? await boundedText(chunksOf(body)).catch(() => undefined) : ''
  if (text === undefined) throw new Unavailable(`the answer of ${url} cannot be read`)
  return text
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  return isRecord(value) && Array.isArray(value.keys) && value.keys.every(isRecord)
}
