/** The public keys that a client signs its assertions with (RFC 7517, RFC 7591 §2). Nothing here verifies anything. */

import { isLoopbackUrl, parseUrl } from './parse-url'

/** One public key, as the client published it. */
export type ClientJwk = Readonly<Record<string, unknown>>

export type JwkSet = { readonly keys: readonly ClientJwk[] }

/** Keys of one set. */
export const MAX_KEYS = 20
const MAX_URI_LENGTH = 2048

/** Base64url characters of an RSA modulus of 8192 bits: a larger one only costs us time. */
const MAX_MODULUS_LENGTH = 1366

/** NUL and lone surrogates, as JSON writes them: no store wants them. */
const UNWANTED = /\\u(0000|d[89a-f])/

/** Members of private and of symmetric keys (RFC 7518 §6). */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** Why keys cannot be used, as short sentences for the client's developer. */
export const KEY_PROBLEMS = {
  keys_not_a_set: 'it must be an object with a list of keys',
  keys_count: `it must hold 1 to ${MAX_KEYS} keys`,
  keys_not_objects: 'each of its keys must be an object',
  keys_not_public: 'it must hold public keys only',
  keys_characters: 'it holds a NUL or half a character',
  address_not_a_url: 'it must be a URL',
  address_not_https: 'it must use https',
  address_credentials: 'it must not have credentials or a fragment',
}

export type KeyProblem = keyof typeof KEY_PROBLEMS

/** Why this is no set of public keys, as a short sentence for the client's developer; null when it is one. */
export function checkJwkSet(value: unknown): string | null {
  const problem = keySetProblem(value)
  return problem && KEY_PROBLEMS[problem]
}

/** The same as a code. */
export function keySetProblem(value: unknown): KeyProblem | null {
  if (!isObject(value) || !Array.isArray(value.keys)) return 'keys_not_a_set'
  if (value.keys.length === 0 || value.keys.length > MAX_KEYS) return 'keys_count'
  if (!value.keys.every(isObject)) return 'keys_not_objects'
  if (value.keys.some(hasPrivateMember)) return 'keys_not_public'
  if (UNWANTED.test(JSON.stringify(value))) return 'keys_characters'
  return null
}

/** Why the keys cannot lie there; null when they can. Whether we go there is decided when they are fetched. */
export function checkJwksUri(value: unknown): string | null {
  const problem = keysAddressProblem(value)
  return problem && KEY_PROBLEMS[problem]
}

/** The same as a code. */
export function keysAddressProblem(value: unknown): KeyProblem | null {
  if (typeof value !== 'string' || value.length > MAX_URI_LENGTH || !/^[\x21-\x7e]+$/.test(value))
    return 'address_not_a_url'
  if (!parseUrl(value)) return 'address_not_a_url'
  const url = new URL(value)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopbackUrl(url)))
    return 'address_not_https'
  if (url.username || url.password || value.includes('#')) return 'address_credentials'
  return null
}

/**
 * The keys that may have signed with this header: those it names, or all of its kind when it names none. A key that
 * says it is for something else is left out, and so is one that is not public.
 */
export function candidateKeys(
  { keys }: JwkSet,
  header: { readonly alg: string; readonly kid?: string },
): readonly ClientJwk[] {
  return keys.filter(
    (key) =>
      (header.kid === undefined || key.kid === header.kid) &&
      isOfKind(key, header.alg) &&
      (key.alg === undefined || key.alg === header.alg) &&
      (key.use === undefined || key.use === 'sig') &&
      !hasPrivateMember(key),
  )
}

function isOfKind({ kty, crv, n }: ClientJwk, alg: string): boolean {
  if (alg === 'ES256') return kty === 'EC' && crv === 'P-256'
  if (alg === 'EdDSA') return kty === 'OKP' && crv === 'Ed25519'
  return kty === 'RSA' && typeof n === 'string' && n.length <= MAX_MODULUS_LENGTH
}

const hasPrivateMember = (key: ClientJwk): boolean => PRIVATE_MEMBERS.some((name) => name in key)

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
