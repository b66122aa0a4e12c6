import { boundedMap } from '@/lib/bounded-map'

/** How much may be done at once, and how fast it comes back. */
export type Ceiling = { readonly burst: number; readonly perSecond: number }

export type RateLimiter = {
  /**
   * Takes one from what is left for this key.
   *
   * @returns 0 when there was one, otherwise the whole seconds until there is
   */
  take(key: string): number
  /** Puts one back. */
  giveBack(key: string): void
}

/** Keys that one limiter remembers. An attacker can make up any number; memory stays the same. */
const MAX_KEYS = 10_000

type Bucket = { left: number; at: number }

/**
 * Token buckets in this process's memory, one per key. When there are too many keys, the one that was used least
 * recently is forgotten, and begins anew: with many keys one can go past a limit, but never use up another's.
 *
 * @param now milliseconds
 */
export function rateLimiter(
  { burst, perSecond }: Ceiling,
  now: () => number = Date.now,
  maxKeys = MAX_KEYS,
): RateLimiter {
  const buckets = boundedMap<Bucket>(maxKeys)

  function refilled(key: string): Bucket {
    const at = now()
    const bucket = buckets.get(key)
    if (!bucket) return { left: burst, at }
    // A clock that was set back gives nothing, and takes nothing away.
    const gained = (Math.max(0, at - bucket.at) / 1000) * perSecond
    return { left: Math.min(burst, bucket.left + gained), at }
  }

  function keep(key: string, bucket: Bucket): void {
    // Set anew, so that the map is in the order of use.
    buckets.delete(key)
    buckets.set(key, bucket)
  }

  return {
    take(key) {
      const bucket = refilled(key)
      const allowed = bucket.left >= 1
      if (allowed) bucket.left -= 1
      keep(key, bucket)
      return allowed ? 0 : Math.max(1, Math.ceil((1 - bucket.left) / perSecond))
    },
    giveBack(key) {
      const { left, at } = refilled(key)
      keep(key, { left: Math.min(burst, left + 1), at })
    },
  }
}
