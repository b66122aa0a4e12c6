import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'

/** The part of an authorization server's metadata that verifying a token needs (RFC 8414 §2). */
const AuthorizationServerMetadata = z.object({ issuer: z.string(), jwks_uri: z.url() })

const TIMEOUT = 5_000

/** The keys could not be had, so nothing can be said about the token: 503, never 401. */
export class AuthorizationServerUnavailable extends Error {
  constructor(issuer: string, options?: ErrorOptions) {
    super(`the signing keys of ${issuer} cannot be fetched`, options)
    this.name = 'AuthorizationServerUnavailable'
  }
}

/**
 * Finds the public key of a token among the keys that `issuer` publishes. Nothing is fetched before the first
 * token asks; then the keys are cached, and fetched again when a token names a new one.
 *
 * The returned function throws {@link AuthorizationServerUnavailable}, or an error of jose when it is the token
 * that names no key or no single one.
 */
export function signingKeysOf(issuer: string): JWTVerifyGetKey {
  let discovered: Promise<JWTVerifyGetKey> | undefined

  function discoverOnce(): Promise<JWTVerifyGetKey> {
    discovered ??= discoverKeys(issuer).catch((error: unknown) => {
      discovered = undefined
      throw error
    })
    return discovered
  }

  return async (header, token) => {
    try {
      const keys = await discoverOnce()
      return await keys(header, token)
    } catch (error) {
      if (isFaultOfToken(error)) throw error
      throw new AuthorizationServerUnavailable(issuer, { cause: error })
    }
  }
}

function isFaultOfToken(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys
}

async function discoverKeys(issuer: string): Promise<JWTVerifyGetKey> {
  const response = await fetch(metadataUrl(issuer), {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT),
  })
  if (!response.ok) throw new Error(`the metadata answered ${response.status}`)
  const metadata = AuthorizationServerMetadata.parse(await response.json())
  // RFC 8414 §3.3: a document that names another issuer must not be used.
  if (metadata.issuer !== issuer) throw new Error('the metadata names another issuer')
  return createRemoteJWKSet(new URL(metadata.jwks_uri), { timeoutDuration: TIMEOUT })
}

/** RFC 8414 §3.1: the well-known path goes between the issuer's host and its path. */
function metadataUrl(issuer: string): URL {
  const { origin, pathname } = new URL(issuer)
  return new URL(`/.well-known/oauth-authorization-server${pathname.replace(/\/$/, '')}`, origin)
}
