import { hash } from 'node:crypto'
import { boundedMap } from '@/lib/bounded-map'
import type { Claims } from '@/lib/oauth/model'

/** What a token says whose signature is good, and the name of the key that signed it. */
export type VerifiedToken = { readonly kid: string; readonly claims: Claims }

/** How many are remembered: a few megabytes of them. */
const MOST = 4_096

/**
 * Tokens whose signature was found to be good. Whoever looks at a token looks at it again with each request that brings
 * it, and to verify it costs more than all the rest of the answer. A good signature stays good: whether its key still
 * counts, and the token itself, is for the caller to ask each time. Decision 0141.
 */
export function verifiedTokens(most = MOST) {
  const known = boundedMap<VerifiedToken>(most)
  return {
    /** @param verify for a token that is not remembered; what is not good never is */
    find(token: string, verify: () => VerifiedToken | null): VerifiedToken | null {
      // Whoever reads the memory finds no token in it.
      const name = hash('sha256', token, 'base64')
      const remembered = known.get(name)
      if (remembered) return remembered
      const verified = verify()
      if (!verified) return null
      known.set(name, verified)
      return verified
    },
  }
}
