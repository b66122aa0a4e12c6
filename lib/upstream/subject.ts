import { UpstreamError } from '@/lib/oauth/ports/upstream'

/**
 * The subject that a user is known by, as a string: some providers send a bare number (GitHub's `id`). A number too
 * large to be exact is refused, for two users would become one; so are control characters.
 *
 * @throws UpstreamError `upstream_identity_missing`
 */
export function readSubject(value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '' && !/\p{Cc}/u.test(value)) return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  throw new UpstreamError(
    'upstream_identity_missing',
    typeof value === 'number'
      ? 'The identity provider sends the subject as a number too large to be exact: use a claim that is a string.'
      : 'The identity provider names no subject: check the claims mapping and the scopes of the connection.',
  )
}
