import { createRemoteJWKSet, customFetch, type RemoteJWKSet } from 'jose'
import { processOnce } from '@/lib/process-once'
import { discover, type MetadataPlace, type ProviderMetadata } from './discovery'
import { statusFailure } from './failure'
import type { UpstreamHttp } from './upstream-http'

/** An OpenID provider: its metadata, and its signature keys, fetched when first needed and again when rotated. */
export type Provider = {
  readonly metadata: ProviderMetadata
  readonly keys: RemoteJWKSet
  /** The same for what anybody may send: made-up key ids do not have them fetched again and again. */
  readonly keysForSent: RemoteJWKSet
}

/** Milliseconds that metadata and keys are used before they are fetched again. */
const LIFETIME = 10 * 60 * 1000

type Entry<T> = { readonly made: Promise<T>; readonly expiresAt: number }

/**
 * The provider of a connection, from the cache of the process or by discovery. The key is the issuer, where its metadata
 * is and how far it may reach, and not the connection, whose configuration may change at any time.
 *
 * @throws UpstreamError
 */
export const findProvider = (place: MetadataPlace, http: UpstreamHttp, now: Date): Promise<Provider> =>
  remembered('upstream-providers', `${http.reach} ${place.issuer} ${place.metadataUrl ?? ''}`, now, () =>
    fetchProvider(place, http),
  )

/**
 * What was made under this name, for ten minutes. Concurrent callers share one attempt; a failed one is forgotten, so
 * that the next caller tries again.
 */
export function remembered<T>(kind: string, name: string, now: Date, make: () => Promise<T>): Promise<T> {
  const cache = processOnce(kind, () => new Map<string, Entry<T>>())
  const cached = cache.get(name)
  if (cached && cached.expiresAt > now.getTime()) return cached.made

  for (const [key, entry] of cache) if (entry.expiresAt <= now.getTime()) cache.delete(key)
  const entry = { made: make(), expiresAt: now.getTime() + LIFETIME }
  cache.set(name, entry)
  entry.made.catch(() => {
    if (cache.get(name) === entry) cache.delete(name)
  })
  return entry.made
}

async function fetchProvider(place: MetadataPlace, http: UpstreamHttp): Promise<Provider> {
  const metadata = await discover(place, http)
  return {
    metadata,
    // ID tokens come straight from the token endpoint, so keys are fetched no more often than users sign in: an unknown
    // key id is looked up at once, and a rotation breaks no login.
    keys: keySetAt(metadata.jwksUri, 0, http),
    keysForSent: keysForSentAt(metadata.jwksUri, http),
  }
}

/** Milliseconds between two requests for keys, for what is not known to come from the provider. */
const COOL_DOWN = 5_000

/** The keys at an address, for what anybody may send. */
export const keysForSentAt = (url: string, http: UpstreamHttp): RemoteJWKSet => keySetAt(url, COOL_DOWN, http)

/** The keys at an address. @param cooldownDuration milliseconds */
function keySetAt(url: string, cooldownDuration: number, http: UpstreamHttp): RemoteJWKSet {
  return createRemoteJWKSet(new URL(url), {
    cooldownDuration,
    cacheMaxAge: LIFETIME,
    [customFetch]: async (address, init) => {
      const response = await http.request('key set', address, { headers: Object.fromEntries(init.headers) })
      if (response.status !== 200) throw statusFailure('key set', response.status)
      return new Response(await response.text())
    },
  })
}
