import { createHmac } from 'node:crypto'
import {
  base64url,
  CompactEncrypt,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTPayload,
  SignJWT,
} from 'jose'

/** `stranger` is a key that is never published, under the honest key's id; the last three are attacks. */
export type ProviderKey =
  | 'rs256'
  | 'ps256'
  | 'es256'
  | 'eddsa'
  | 'rotated'
  | 'stranger'
  | 'none'
  | 'hs256-client-secret'
  | 'hs256-public-key'
  | 'encrypted'

const ALGORITHMS = {
  rs256: 'RS256',
  ps256: 'PS256',
  es256: 'ES256',
  eddsa: 'EdDSA',
  rotated: 'RS256',
  stranger: 'RS256',
} as const
type SigningKey = keyof typeof ALGORITHMS
const SIGNING_KEYS = Object.keys(ALGORITHMS) as SigningKey[]
const HONEST = ['rs256', 'ps256', 'es256', 'eddsa'] as const

const pairs = new Map<SigningKey, ReturnType<typeof generateKeyPair>>()

/** Made once per process, for RSA keys are slow to make. */
function pair(key: SigningKey): ReturnType<typeof generateKeyPair> {
  const made = pairs.get(key) ?? generateKeyPair(ALGORITHMS[key], { extractable: true })
  pairs.set(key, made)
  return made
}

/** Makes all keys, so that no request has to wait for one. */
export const makeKeys = () => Promise.all(SIGNING_KEYS.map(pair))

const isSigningKey = (key: ProviderKey): key is SigningKey => key in ALGORITHMS

/** The key set that the provider publishes. */
export async function publishedKeys(
  names: readonly ProviderKey[] = HONEST,
  withoutKeyIds = false,
): Promise<JSONWebKeySet> {
  const keys = await Promise.all(
    names.filter(isSigningKey).map(async (name) => {
      const jwk = await exportJWK((await pair(name)).publicKey)
      return withoutKeyIds ? jwk : { ...jwk, kid: name, use: 'sig' }
    }),
  )
  return { keys }
}

/** An ID token under this key, or one that attacks the signature check. */
export async function signIdToken(
  claims: JWTPayload,
  key: ProviderKey,
  options: { readonly clientSecret: string; readonly withoutKeyId: boolean; readonly typ?: string },
): Promise<string> {
  if (isSigningKey(key)) {
    const kid = key === 'stranger' ? 'rs256' : key
    return new SignJWT(claims)
      .setProtectedHeader({
        alg: ALGORITHMS[key],
        ...(!options.withoutKeyId && { kid }),
        ...(options.typ !== undefined && { typ: options.typ }),
      })
      .sign((await pair(key)).privateKey)
  }
  const payload = base64url.encode(JSON.stringify(claims))
  const { typ } = options
  const header = (value: object) =>
    base64url.encode(JSON.stringify({ ...value, ...(typ !== undefined && { typ }) }))
  const hs256 = (secret: string) => {
    const input = `${header({ alg: 'HS256', kid: 'rs256' })}.${payload}`
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
  }
  switch (key) {
    case 'none':
      return `${header({ alg: 'none' })}.${payload}.`
    case 'hs256-client-secret':
      return hs256(options.clientSecret)
    case 'hs256-public-key':
      return hs256(JSON.stringify(await exportJWK((await pair('rs256')).publicKey)))
    case 'encrypted':
      return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(claims)))
        .setProtectedHeader({ alg: 'RSA-OAEP-256', enc: 'A256GCM' })
        .encrypt((await generateKeyPair('RSA-OAEP-256')).publicKey)
  }
}
