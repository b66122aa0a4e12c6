import { compactVerify, importJWK, type JWK } from 'jose'
import type { AssertionVerifier } from '@/lib/oauth/ports/clients'

/** Keys that are tried on one assertion: a set without key ids must not make us work for long. */
const MAX_ATTEMPTS = 5

/** Verifies assertions with the client's own keys (RFC 7515 §5.2). */
export const assertionVerifier: AssertionVerifier = {
  async verify(jwt, algorithm, keys) {
    for (const key of keys.slice(0, MAX_ATTEMPTS)) {
      const payload = await verifyWith(jwt, algorithm, key as JWK)
      if (payload) return payload
    }
    return null
  },
}

async function verifyWith(jwt: string, algorithm: string, jwk: JWK) {
  try {
    const key = await importJWK(jwk, algorithm)
    const { payload } = await compactVerify(jwt, key, { algorithms: [algorithm] })
    return JSON.parse(new TextDecoder().decode(payload)) as Readonly<Record<string, unknown>>
  } catch {
    // Another key's signature, or a key that is none: the next one may be right.
    return null
  }
}
