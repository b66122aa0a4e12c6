// The keys and tokens of the vectors.
import { generateKeyPairSync, sign } from 'node:crypto'
import { CompactSign, exportJWK, generateKeyPair } from 'jose'

export const ISSUER = 'https://auth.example.com/s/files'
export const RESOURCE = 'https://mcp.example.com/mcp'
export const FEED = `${ISSUER}/oauth/revocations`
export const NOW = 1_800_000_000
export const LEEWAY = 30

export const key = await generateKeyPair('ES256', { extractable: true })
export const next = await generateKeyPair('ES256', { extractable: true })
export const rsa = await generateKeyPair('RS256', { extractable: true })
export const ed = await generateKeyPair('Ed25519', { extractable: true })
export const stranger = await generateKeyPair('ES256', { extractable: true })
export const anyRsa = await generateKeyPair('RS256', { extractable: true })
export const p384 = await generateKeyPair('ES384', { extractable: true })
export const p521 = await generateKeyPair('ES512', { extractable: true })
export const exposed = await generateKeyPair('ES256', { extractable: true })
export const forEncryption = await generateKeyPair('ES256', { extractable: true })

const published = async ({ publicKey }, more) => ({ ...(await exportJWK(publicKey)), ...more })
export const jwks = {
  keys: [
    await published(key, { kid: 'k1', alg: 'ES256', use: 'sig' }),
    await published(next, { kid: 'k2', alg: 'ES256', use: 'sig' }),
    await published(rsa, { kid: 'r1', alg: 'RS256', use: 'sig' }),
    await published(ed, { kid: 'd1', use: 'sig' }),
    await published(forEncryption, { kid: 'e1', alg: 'ES256', use: 'enc' }),
    await published(stranger, { kid: 'twice', alg: 'ES256', use: 'sig' }),
    await published(forEncryption, { kid: 'twice', alg: 'ES256', use: 'sig' }),
    await published(anyRsa, { kid: 'r2' }),
    await published(p384, { kid: 'e384' }),
    await published(p521, { kid: 'e521' }),
    // Its private half as well.
    { ...(await exportJWK(exposed.privateKey)), kid: 'p1', alg: 'ES256', use: 'sig' },
    { kty: 'oct', kid: 'h1', k: Buffer.from('a secret that somebody published').toString('base64url') },
  ],
}

export const encode = (value) =>
  Buffer.from(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)).toString(
    'base64url',
  )

export const CLAIMS = {
  iss: ISSUER,
  aud: RESOURCE,
  sub: 'user-1',
  client_id: 'client-1',
  scope: 'files:read',
  iat: NOW - 60,
  exp: NOW + 3540,
  jti: 'token-1',
  gid: 'grant-1',
}

/** A good token, but for what is said. Claims that are undefined are left out; `text` is theirs as it is written, in UTF-8 or as bytes. */
export async function token({ claims = {}, header = {}, by = key.privateKey, text } = {}) {
  const payload = text ?? JSON.stringify({ ...CLAIMS, ...claims })
  return new CompactSign(Buffer.from(payload))
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', ...header })
    .sign(by, { crit: { 'urn:example:must': true, b64: true } })
}

export const GOOD = await token()

const short = generateKeyPairSync('rsa', { modulusLength: 1024 })
const input = `${encode({ alg: 'RS256', typ: 'at+jwt', kid: 's1' })}.${encode(CLAIMS)}`
const signature = sign('sha256', Buffer.from(input), short.privateKey).toString('base64url')

/** Published keys that nothing can be verified with: nothing is known of the tokens, which may be good. */
export const unusable = [
  {
    name: 'an RSA key that is too short',
    key: { ...short.publicKey.export({ format: 'jwk' }), kid: 's1' },
    token: `${input}.${signature}`,
  },
  {
    name: 'a key that is no point of its curve',
    key: { kty: 'EC', crv: 'P-256', kid: 'k1', alg: 'ES256', x: 'AAAA', y: 'AAAA' },
    token: GOOD,
  },
]
