import { messages as reasons } from '@/lib/messages/reasons'
import type { NextStep } from '@/lib/oauth/flow/order'
import type { KnownLogin } from '@/lib/oauth/ports/brand'
import {
  type AuthorizationResponse,
  errorResponse,
  responseLocation,
} from '@/lib/oauth/protocol/authorization-response'
import { type OAuthError, RedirectedError } from '@/lib/oauth/protocol/errors'
import { UPSTREAM_STATE_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { consentUrl } from '@/lib/oauth/protocol/urls'
import type { ReasonCode } from '@/lib/oauth/timeline'
import { failedLoginPage } from './browser/failed-login-page'
import { wayBack } from './browser/way-back'
import { setCookie } from './cookies'
import { errorPage, explain } from './error-page'
import { formPostPage } from './form-post-page'
import { type Reader, wordsFor } from './plain-page'
import { seeOther } from './see-other'

/** The name of the cookie that ties one login attempt to this browser. */
export const stateCookie = (attemptId: string) => `vst_state_${attemptId}`

/** Sends the browser on; on the way to the identity provider the attempt's state goes into its cookie. */
export async function nextStepResponse(
  step: NextStep,
  reader: Reader,
  cookies: readonly string[] = [],
): Promise<Response> {
  const { publicUrl } = reader
  if (step.go === 'failed') return failedLoginPage(step.failed, reader, cookies)
  if (step.go === 'consent') return seeOther(consentUrl(publicUrl, step.requestId, 'open'), cookies)
  if (step.go === 'client') return clientAnswer(step.response, reader, cookies)
  const { id, state } = step.attempt
  const cookie = { name: stateCookie(id), value: state, maxAge: UPSTREAM_STATE_LIFETIME }
  return seeOther(step.location, [...cookies, setCookie(publicUrl, cookie)])
}

/** Brings an answer to the client in the way it asked for. */
function clientAnswer(
  response: AuthorizationResponse,
  reader: Reader,
  cookies: readonly string[] = [],
): Response {
  if (response.mode === 'form_post') return formPostPage(response, reader, cookies)
  return seeOther(responseLocation(response), cookies)
}

/** An authorization request that was refused: by redirect, or on a page when it may not or should not be followed. */
export async function refusalResponse(
  refusal: {
    readonly error: OAuthError
    readonly reason: ReasonCode
    readonly reference: string
    readonly clientName?: string
    readonly interstitial: boolean
  },
  reader: Reader,
): Promise<Response> {
  const { error, reference, clientName: client } = refusal
  // What the application is told is English (RFC 6749 §4.1.2.1); a page speaks one language.
  const { language } = reader
  const why = language === 'en' ? error.description : reasons[language][refusal.reason]
  const technical = `${error.code}: ${why}`
  if (error instanceof RedirectedError) {
    const response = errorResponse(error.redirect, error)
    if (!refusal.interstitial) return clientAnswer(response, reader)
    const t = wordsFor(reader)
    const label = client ? t('asked_impossible.return', { client }) : t('asked_impossible.returnUnnamed')
    return errorPage({
      ...explain(refusal.reason === 'client_waiting' ? 'client_waiting' : 'asked_impossible', reader),
      status: error.status === 503 ? 503 : 400,
      ...wayBack(response, label),
      reference,
      technical,
    })
  }
  return errorPage({ ...explain(pageOf(refusal.reason), reader), status: 400, reference, technical })
}

/** Why the user is not sent anywhere. */
function pageOf(reason: ReasonCode) {
  switch (reason) {
    case 'unknown_client':
    case 'client_document_unreachable':
    case 'client_document_invalid':
    case 'client_not_allowed':
    case 'client_blocked':
      return reason
    case 'expired':
      return 'link_over'
    default:
      return 'link_invalid'
  }
}

/**
 * A callback that cannot be tied to this browser's login.
 *
 * @param attempt what was sent, which may be of a login of another browser
 */
export const callbackRefusalPage = (
  reader: Reader,
  attempt?: { readonly state: string; readonly connection: string },
): Promise<Response> =>
  errorPage({
    ...explain('callback_refused', reader),
    status: 400,
    login: attempt && { stateHash: hashSecret(attempt.state), connectionId: attempt.connection },
  })

/** A consent page for a request that is over or never was. */
export const requestOverPage = (reader: Reader, reference?: string): Promise<Response> =>
  errorPage({ ...explain('request_over', reader), status: 400, ...(reference && { reference }) })

/** A decision that did not come from the consent page in this browser. */
export const forgedDecisionPage = (reader: Reader, login?: KnownLogin): Promise<Response> =>
  errorPage({ ...explain('answer_forged', reader), status: 403, login })
