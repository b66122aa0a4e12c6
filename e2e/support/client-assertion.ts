import { randomUUID } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

type PrivateKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey']

/** A client's key pair. */
export type SigningKey = {
  readonly algorithm: string
  readonly privateKey: PrivateKey
  readonly publicJwk: JWK & { readonly kid: string }
}

export async function newSigningKey(algorithm = 'RS256'): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
  const jwk = await exportJWK(publicKey)
  return { algorithm, privateKey, publicJwk: { ...jwk, kid: randomUUID(), use: 'sig', alg: algorithm } }
}

/** The parameters with which a client authenticates by a JWT (RFC 7523 §2.2); a claim that is undefined is left out. */
export async function assertionParameters(
  clientId: string,
  audience: string | readonly string[],
  key: SigningKey,
  changes: { readonly claims?: object; readonly header?: object } = {},
): Promise<Record<string, string>> {
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: audience,
    jti: randomUUID(),
    iat: now,
    exp: now + 60,
    ...changes.claims,
  }
  const header = { alg: key.algorithm, kid: key.publicJwk.kid, ...changes.header }
  const jwt = await new SignJWT(JSON.parse(JSON.stringify(claims)))
    .setProtectedHeader(JSON.parse(JSON.stringify(header)))
    .sign(key.privateKey)
  return assertion(jwt)
}

export const assertion = (jwt: string) => ({
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: jwt,
})
