import { createHmac, createPublicKey, sign, verify } from 'node:crypto'
import { isJson } from '../../src/json'
import { RESOURCE, random, type Toy, type ToyGrant } from './state'

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

export const publicJwk = (toy: Toy) => {
  const key = toy.has('a private key in the key set') ? toy.keys.privateKey : toy.keys.publicKey
  return { ...key.export({ format: 'jwk' }), alg: 'ES256', use: 'sig', kid: 'toy' }
}

function signed(toy: Toy, header: object, claims: object): string {
  const input = `${encode({ alg: 'ES256', kid: 'toy', ...header })}.${encode(claims)}`
  const key = { key: toy.keys.privateKey, dsaEncoding: 'ieee-p1363' } as const
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
}

/** The body of an answer with tokens. */
export function issue(toy: Toy, grant: ToyGrant, scope = grant.scope, audience = grant.audience) {
  const now = Math.floor(toy.clock.now / 1_000)
  const common = { iss: toy.issuer, sub: 'user-1', iat: now, exp: now + 600 }
  const aud = toy.has('tokens without an audience') ? undefined : audience
  const claims = { ...common, aud, client_id: grant.clientId, scope: scope.join(' '), jti: random() }
  const access = signed(toy, { typ: 'at+jwt' }, claims)
  toy.accessTokens.set(claims.jti, grant)
  const refresh = random()
  toy.refreshTokens.set(refresh, { grant, used: false })
  return {
    access_token: access,
    token_type: 'Bearer',
    expires_in: 600,
    refresh_token: refresh,
    scope: scope.join(' '),
    id_token: signed(toy, { typ: 'JWT' }, { ...common, aud: grant.clientId }),
  }
}

/** The claims of an access token that is good; undefined for everything else. */
export function verified(toy: Toy, token: string): Record<string, unknown> | undefined {
  const [head = '', body = '', signature = ''] = token.split('.')
  const [header, claims] = [decoded(head), decoded(body)]
  if (!header || !claims || !hasSignature(toy, header, `${head}.${body}`, signature)) return undefined
  if (Number(claims.exp) * 1_000 < toy.clock.now) return undefined
  if (header.typ !== 'at+jwt')
    return toy.has('ID tokens are access tokens') && header.typ === 'JWT' ? claims : undefined
  const grant = toy.accessTokens.get(String(claims.jti))
  return grant && !grant.ended ? claims : undefined
}

function hasSignature(toy: Toy, header: Record<string, unknown>, input: string, signature: string): boolean {
  if (toy.has('signatures are not checked')) return true
  if (header.alg === 'none') return toy.has('tokens without a signature')
  if (header.alg === 'HS256') {
    const pem = createPublicKey(toy.keys.privateKey).export({ type: 'spki', format: 'pem' })
    const expected = createHmac('sha256', pem).update(input).digest('base64url')
    return toy.has('HS256 with the public key') && signature === expected
  }
  const key = { key: toy.keys.publicKey, dsaEncoding: 'ieee-p1363' } as const
  const bytes = Buffer.from(signature, 'base64url')
  return header.alg === 'ES256' && verify('sha256', Buffer.from(input), key, bytes)
}

function decoded(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return isJson(value) ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** The audience that a request names; undefined where it may not. */
export const audienceOf = (requested: string | null, isAny: boolean) =>
  requested === null || requested === RESOURCE || isAny ? (requested ?? RESOURCE) : undefined
