/**
 * The login parameters of a client (OpenID Connect Core §3.1.2.1). `prompt` has a file of its own; `acr_values`,
 * `claims`, `display` and `id_token_hint` are accepted and ignored.
 */
import { OAuthError } from './errors'

/** The largest number that a column of the store holds: more than any login is old. */
const MAX_SECONDS = 2 ** 31 - 1

const MAX_NONCE_LENGTH = 512

/** A person reads so many languages, and a tag is not longer (RFC 5646 §4.4.1). */
const MAX_LOCALES = 10
const LANGUAGE_TAG = /^[A-Za-z0-9-]{1,35}$/

/**
 * Seconds that may have passed since the user authenticated.
 *
 * @throws OAuthError `invalid_request` when it is not a non-negative integer
 */
export function parseMaxAge(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  if (!/^\d+$/.test(value)) throw new OAuthError('invalid_request', 'max_age must be a number of seconds')
  return Math.min(Number(value), MAX_SECONDS)
}

/**
 * The client's `nonce`, returned in its ID token unchanged. One that cannot be stored is an error: without it the
 * client would refuse the ID token for no visible reason.
 *
 * @throws OAuthError `invalid_request`
 */
export function parseNonce(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  if (value.length > MAX_NONCE_LENGTH)
    throw new OAuthError('invalid_request', `nonce must not be longer than ${MAX_NONCE_LENGTH} characters`)
  if (/\p{Cc}/u.test(value)) throw new OAuthError('invalid_request', 'nonce has a control character')
  return value
}

/** The languages the user is said to read. What could be no language is dropped: it is no reason to fail. */
export function usableLocales(value: string | undefined): string | undefined {
  const tags = value?.split(' ').filter((tag) => LANGUAGE_TAG.test(tag)) ?? []
  return tags.length > 0 ? tags.slice(0, MAX_LOCALES).join(' ') : undefined
}

/** A hint only helps the user to type less: one that could be no name or address is dropped. */
export function usableHint(value: string | undefined): string | undefined {
  return value && /^[^\p{Cc}]{1,320}$/u.test(value) ? value : undefined
}
