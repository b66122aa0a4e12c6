import { compactVerify, errors, type JWTVerifyGetKey, type RemoteJWKSet } from 'jose'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { readCompactJws } from '@/lib/oauth/protocol/compact-jws'

/**
 * Whatever asymmetric algorithm the published key is for, advertised or not. Never `none`, and never HS*: a public
 * key, or a secret that others know too, would sign.
 */
export const ALGORITHMS = [
  'RS256',
  'PS256',
  'ES256',
  'EdDSA',
  'Ed25519',
  'RS384',
  'RS512',
  'PS384',
  'PS512',
  'ES384',
  'ES512',
]

/** Without a key id, several keys may fit: each is tried. */
export async function withAnyKey<T>(
  keys: RemoteJWKSet,
  verify: (key: JWTVerifyGetKey) => Promise<T>,
): Promise<T> {
  try {
    return await verify(keys)
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error
    for await (const key of error) {
      try {
        return await verify(() => key)
      } catch (inner) {
        if (!(inner instanceof errors.JWSSignatureVerificationFailed)) throw inner
      }
    }
    throw new errors.JWSSignatureVerificationFailed()
  }
}

/** Characters. Honest ones have about a thousand. */
const MAX_LENGTH = 16_384

type Sent = NonNullable<ReturnType<typeof readCompactJws>>

/**
 * Verifies the signature of a JWT that a provider sent by itself, or that a stranger did: one of another issuer costs no
 * request for keys.
 *
 * @returns header and claims, of which nothing but the issuer is checked; null unless it is one of these issuers'
 * @throws UpstreamError when the keys cannot be fetched
 */
export async function verifySent(
  jwt: string,
  issuers: readonly string[],
  keysOf: () => Promise<RemoteJWKSet>,
): Promise<Sent | null> {
  const sent = readCompactJws(jwt, MAX_LENGTH)
  if (!sent || !issuers.some((issuer) => sent.claims.iss === issuer)) return null
  const keys = await keysOf()
  try {
    await withAnyKey(keys, (key) => compactVerify(jwt, key, { algorithms: [...ALGORITHMS] }))
    return sent
  } catch (error) {
    // The errors of jose carry what was sent, so none is passed on.
    if (error instanceof errors.JOSEError) return null
    if (error instanceof UpstreamError) throw error
    throw error
  }
}
