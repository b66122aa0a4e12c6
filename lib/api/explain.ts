import { Forbidden, NotFound } from '@/lib/access'
import { InvalidInput, Outdated, sentenceOf } from '@/lib/configuration/mistakes'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import { Problem, permissionName } from './problem'

/** The problem for the caller; null when the error is a bug of ours. */
export function explain(error: unknown): Problem | null {
  if (error instanceof Problem) return error
  if (error instanceof Forbidden)
    return new Problem('forbidden', `this key lacks the permission ${permissionName(error.permission)}`, {
      permission: error.permission,
    })
  if (error instanceof NotFound) return new Problem('not-found', error.message)
  if (error instanceof InvalidInput) {
    const errors = error.mistakes.map((mistake) => ({
      pointer: pointerTo(mistake.path),
      detail: sentenceOf(mistake),
    }))
    if (error instanceof Outdated)
      return new Problem('precondition-failed', 'nothing was changed: errors has what is stored now', {
        errors,
        ...(error.version !== undefined && { headers: { etag: `"${error.version}"` } }),
      })
    return new Problem('invalid-input', 'nothing was changed: errors has every mistake', { errors })
  }
  if (error instanceof OAuthError && error.status === 413)
    return new Problem('body-too-large', 'a body has 64 KiB at the most, one with a logo 160')
  if (error instanceof OAuthError && error.code === 'invalid_request')
    return new Problem('malformed-body', error.description)
  if (error instanceof StoreUnavailable)
    return new Problem('unavailable', 'try again in a moment', { headers: { 'retry-after': '5' } })
  return null
}

/** A JSON Pointer (RFC 6901). */
function pointerTo(path: readonly (string | number)[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
