import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { SIGNING_ALGORITHM } from './signing-key'

/** RFC 7518 §3.4: both halves of an ES256 signature side by side, and not DER. */
const ENCODING = 'ieee-p1363'

type Jwk = Readonly<Record<string, string>>

export const privateKeyOf = (jwk: Jwk): KeyObject => createPrivateKey({ key: jwk, format: 'jwk' })
export const publicKeyOf = (jwk: Jwk): KeyObject => createPublicKey({ key: jwk, format: 'jwk' })

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The header of what is signed with a key, as it stands in a compact JWS: the same for all of one type. */
export const compactHeader = (header: { readonly typ: string; readonly kid: string }): string =>
  encode({ alg: SIGNING_ALGORITHM, ...header })

/**
 * A compact JWS (RFC 7515 §7.1) with ES256.
 *
 * @param header of {@link compactHeader}
 */
export function signCompact(header: string, payload: object, key: KeyObject): string {
  const input = `${header}.${encode(payload)}`
  const signature = sign('sha256', Buffer.from(input), { key, dsaEncoding: ENCODING })
  return `${input}.${signature.toString('base64url')}`
}

type JsonObject = Readonly<Record<string, unknown>>

export type Jws = { readonly kid: string; readonly typ: unknown; readonly payload: JsonObject }

/**
 * Verifies a compact JWS as {@link signCompact} makes it. Its header chooses neither the algorithm nor where the key
 * comes from, and no extension that has to be understood is (RFC 7515 §4.1.11).
 *
 * @param find the key of this name, if it is one that may have signed
 * @returns null when anything is not right
 */
export function verifyCompact(token: string, find: (kid: string) => KeyObject | undefined): Jws | null {
  const [protectedHeader = '', payload = '', signature = '', ...rest] = token.split('.')
  if (rest.length > 0 || !/^[\w-]+$/.test(protectedHeader) || !/^[\w-]+$/.test(signature)) return null
  const header = decode(protectedHeader)
  if (header?.alg !== SIGNING_ALGORITHM || 'crit' in header || typeof header.kid !== 'string') return null
  const key = find(header.kid)
  if (!key) return null
  const input = Buffer.from(`${protectedHeader}.${payload}`)
  const isGood = verify('sha256', input, { key, dsaEncoding: ENCODING }, Buffer.from(signature, 'base64url'))
  const content = isGood ? decode(payload) : null
  return content && { kid: header.kid, typ: header.typ, payload: content }
}

/** Null for what is no JSON object. */
function decode(part: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null ? { ...value } : null
  } catch {
    return null
  }
}
