import type { ErrorPageCode } from '@/lib/messages/error-pages'
import type { FailedLogin } from '@/lib/oauth/flow/failure'
import { errorResponse } from '@/lib/oauth/protocol/authorization-response'
import type { OAuthErrorCode } from '@/lib/oauth/protocol/errors'
import { errorPage, explain } from '../error-page'
import { type Reader, wordsFor } from '../plain-page'
import { wayBack } from './way-back'

const KINDS: Partial<Record<OAuthErrorCode, ErrorPageCode>> = {
  access_denied: 'failed_refused',
  temporarily_unavailable: 'failed_later',
  server_error: 'failed_ours',
}

/**
 * A login that failed while its user was watching: why, in a sentence, with the reference that finds it, and the way back
 * to the application, which is told the same. Decision 0076.
 */
export function failedLoginPage(
  failed: FailedLogin,
  reader: Reader,
  cookies: readonly string[],
): Promise<Response> {
  const t = wordsFor(reader)
  const { contact } = failed.seen
  return errorPage({
    ...explain(KINDS[failed.code] ?? 'failed_asks', reader),
    ...(failed.code === 'access_denied' && contact && { remedy: t('failed_refused.contact', { contact }) }),
    status: failed.status === 503 ? 503 : 400,
    ...wayBack(errorResponse(failed.redirect, failed), t('asked_impossible.returnUnnamed')),
    reference: failed.reference,
    technical: `${failed.code}: ${failed.reason}`,
    headers: cookies.map((cookie): [string, string] => ['set-cookie', cookie]),
  })
}
