import {
  type AuthInfo,
  OAuthError,
  OAuthErrorCode,
  type OAuthTokenVerifier,
} from '@modelcontextprotocol/server'
import { errors, type JWTPayload, jwtVerify } from 'jose'
import { z } from 'zod'
import { signingKeysOf } from './authorization-server'

/** What this server reads of an access token (RFC 9068 §2.2). */
const AccessTokenClaims = z.object({
  sub: z.string().min(1),
  client_id: z.string().min(1),
  exp: z.number(),
  scope: z.string().default(''),
  name: z.string().optional(),
  email: z.string().optional(),
})

/** The user behind a verified token. */
const Caller = z.object({
  subject: z.string(),
  name: z.string().optional(),
  email: z.string().optional(),
})
export type Caller = z.infer<typeof Caller>

/**
 * Verifies access tokens offline: signature, issuer, audience, expiry and type, as RFC 9068 §4 asks. The
 * authorization server is asked for its public keys, and never about a single token.
 *
 * @param issuer the only authorization server whose tokens count
 * @param resource this server's own identifier, which a token must name as its audience (RFC 8707 §2)
 * @returns a verifier that throws `OAuthError` `invalid_token`, or `AuthorizationServerUnavailable`
 */
export function accessTokenVerifier(issuer: string, resource: string): OAuthTokenVerifier {
  const keys = signingKeysOf(issuer)

  async function verifiedPayload(token: string): Promise<JWTPayload> {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer,
        audience: resource,
        // An ID token of the same issuer is signed with the same keys: the type tells them apart.
        typ: 'at+jwt',
        // Pinned, so that a token cannot choose `none`, or HS256 with our public key as the secret.
        algorithms: ['ES256'],
      })
      return payload
    } catch (error) {
      if (error instanceof errors.JOSEError) throw invalidToken(error.message)
      throw error
    }
  }

  return {
    async verifyAccessToken(token) {
      const claims = AccessTokenClaims.safeParse(await verifiedPayload(token))
      if (!claims.success) throw invalidToken('a required claim is missing or malformed')
      const { sub, client_id, exp, scope, name, email } = claims.data
      return {
        token,
        clientId: client_id,
        scopes: scope.split(' ').filter(Boolean),
        expiresAt: exp,
        resource: new URL(resource),
        extra: { subject: sub, name, email } satisfies Caller,
      }
    },
  }
}

/** Who calls, from the information that {@link accessTokenVerifier} left with the request. */
export function callerOf(authInfo: AuthInfo): Caller {
  return Caller.parse(authInfo.extra)
}

function invalidToken(description: string): OAuthError {
  return new OAuthError(OAuthErrorCode.InvalidToken, description)
}
