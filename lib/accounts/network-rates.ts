import { isIP } from 'node:net'
import { type NetworkLimit, networkLimit } from '@/lib/http/limits/network-limit'
import { rateLimiter } from '@/lib/http/limits/rate-limit'

/** Requests in so many seconds. */
type Rule = { readonly window: number; readonly max: number }

const NO_CEILING = { burst: Number.POSITIVE_INFINITY, perSecond: 0 }

/**
 * Counts for the rate limits of better-auth: by address, and by the wider networks of it, as all our limits do. Decision
 * 0066. What the library has of itself counts addresses alone.
 *
 * @param now milliseconds
 */
export function networkRates(now?: () => number) {
  const limits = new Map<string, NetworkLimit>()

  function limitOf({ max, window }: Rule): NetworkLimit {
    const name = `${max} ${window}`
    const own = { burst: max, perSecond: max / window }
    const ceilings = { own, shared: NO_CEILING, little: NO_CEILING }
    const limit = limits.get(name) ?? networkLimit(ceilings, (_, ceiling) => rateLimiter(ceiling, now))
    limits.set(name, limit)
    return limit
  }

  return {
    /** @param key address and path, as the library joins them: an address has no bar */
    async consume(key: string, rule: Rule): Promise<{ allowed: boolean; retryAfter: number | null }> {
      const [address = '', path = ''] = key.split('|', 2)
      const wait = await limitOf(rule).take(isIP(address) ? address : '', { own: path, shared: '' })
      return { allowed: wait === 0, retryAfter: wait || null }
    },
  }
}

/** Says when to come again as HTTP does (RFC 9110 §10.2.3): better-auth has a header of its own for that. */
export function withRetryAfter(response: Response): Response {
  const seconds = response.headers.get('x-retry-after')
  if (seconds === null) return response
  const headers = new Headers(response.headers)
  headers.set('retry-after', seconds)
  return new Response(response.body, { status: response.status, headers })
}
