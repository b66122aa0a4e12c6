import { createPrivateKey, randomUUID, sign } from 'node:crypto'
import type { ClientAuth } from 'openid-client'
import type { OAuthConnectionConfig } from './connection-config'

/** Seconds that an assertion is good for. */
const LIFETIME = 60

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/**
 * `private_key_jwt` (OpenID Connect Core §9, RFC 7523 §2.2): an assertion for each request, meant for the token endpoint,
 * which every provider takes as the audience, at whichever endpoint it is sent.
 */
export function signedAssertion(
  { kid, ...jwk }: NonNullable<OAuthConnectionConfig['clientKey']>,
  clock: () => Date,
): ClientAuth {
  const key = createPrivateKey({ key: jwk, format: 'jwk' })
  return ({ token_endpoint: audience }, { client_id: id }, body) => {
    const now = Math.floor(clock().getTime() / 1000)
    const claims = { iss: id, sub: id, aud: audience, jti: randomUUID(), iat: now, exp: now + LIFETIME }
    const signed = `${part({ alg: 'ES256', kid, typ: 'JWT' })}.${part(claims)}`
    const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' })
    body.set('client_id', id)
    body.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    body.set('client_assertion', `${signed}.${signature.toString('base64url')}`)
  }
}
