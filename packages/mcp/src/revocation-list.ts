import type { JWTPayload } from 'jose'
import { isRecord } from './authorization-server'
import { Unavailable } from './errors'

/** Tokens issued until `before` are over; the entry can be forgotten at `until`. Seconds since 1970. */
type Entry = { readonly before: number; readonly until: number }

/** What a revocation feed has said so far. */
export type RevocationList = {
  /**
   * Takes over what a document of the feed says, and forgets the entries that ended before `over`.
   *
   * @param over seconds since 1970
   * @throws Unavailable when it is malformed
   */
  readonly add: (revoked: unknown, over: number) => void
  readonly has: (claims: JWTPayload) => Promise<boolean>
}

/** Bytes of the digests that the feed names things by. */
const DIGEST = 12

export function revocationList(): RevocationList {
  const entries = new Map<string, Entry>()
  return {
    add(revoked, over) {
      for (const [digest, { before, until }] of read(revoked)) {
        const known = entries.get(digest)
        entries.set(digest, {
          before: Math.max(before, known?.before ?? 0),
          until: Math.max(until, known?.until ?? 0),
        })
      }
      for (const [digest, { until }] of entries) if (until < over) entries.delete(digest)
    },
    async has(claims) {
      if (entries.size === 0) return false
      const names = ['gid', 'jti', 'sub', 'client_id'].flatMap((name) =>
        typeof claims[name] === 'string' ? [`${name}:${claims[name]}`] : [],
      )
      const digests = ['*', ...(await Promise.all(names.map(digestOf)))]
      return digests.some(
        (digest) => (claims.iat ?? 0) <= (entries.get(digest)?.before ?? Number.NEGATIVE_INFINITY),
      )
    },
  }
}

function read(revoked: unknown): readonly (readonly [string, Entry])[] {
  if (!isRecord(revoked)) throw new Unavailable('the revocations are malformed')
  return Object.entries(revoked).map(([digest, entry]) => {
    const [before, until, ...more]: readonly unknown[] = Array.isArray(entry) ? entry : []
    // `1e999` is a number to `JSON.parse`, and its entry would stay for ever.
    if (!isMoment(before) || !isMoment(until) || more.length > 0)
      throw new Unavailable('the revocations are malformed')
    return [digest, { before, until }]
  })
}

export const isMoment = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value)

/** Names are published as digests: the feed is public, and tells nothing to those who do not know them. */
async function digestOf(name: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(name))
  const base64 = btoa(String.fromCharCode(...new Uint8Array(digest, 0, DIGEST)))
  return base64.replaceAll('+', '-').replaceAll('/', '_')
}
