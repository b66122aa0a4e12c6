import type { NextStep } from '@/lib/oauth/flow/order'
import {
  type AuthorizationResponse,
  errorResponse,
  responseLocation,
} from '@/lib/oauth/protocol/authorization-response'
import { type OAuthError, RedirectedError } from '@/lib/oauth/protocol/errors'
import { UPSTREAM_STATE_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import { redirectHost } from '@/lib/oauth/protocol/redirect-uri'
import { consentUrl } from '@/lib/oauth/protocol/urls'
import type { ReasonCode } from '@/lib/oauth/timeline'
import { setCookie } from './cookies'
import { type ErrorView, errorPage } from './error-page'
import { formPostPage } from './form-post-page'
import { seeOther } from './see-other'

/** The name of the cookie that ties one login attempt to this browser. */
export const stateCookie = (attemptId: string) => `vst_state_${attemptId}`

/** Sends the browser on; on the way to the identity provider the attempt's state goes into its cookie. */
export function nextStepResponse(
  step: NextStep,
  publicUrl: string,
  cookies: readonly string[] = [],
): Response {
  if (step.go === 'consent') return seeOther(consentUrl(publicUrl, step.requestId, 'open'), cookies)
  if (step.go === 'client') return clientAnswer(step.response, publicUrl, cookies)
  const { id, state } = step.attempt
  const cookie = { name: stateCookie(id), value: state, maxAge: UPSTREAM_STATE_LIFETIME }
  return seeOther(step.location, [...cookies, setCookie(publicUrl, cookie)])
}

/** Brings an answer to the client in the way it asked for. */
function clientAnswer(
  response: AuthorizationResponse,
  publicUrl: string,
  cookies: readonly string[] = [],
): Response {
  if (response.mode === 'form_post') return formPostPage(response, publicUrl, cookies)
  return seeOther(responseLocation(response), cookies)
}

/** A way back to the client that the user has to choose. */
function wayBack(response: AuthorizationResponse, label: string): Pick<ErrorView, 'link' | 'form'> {
  if (response.mode === 'form_post') return { form: { response, label } }
  const host = redirectHost(response.redirectUri)
  return { link: { href: responseLocation(response), label, host } }
}

/** An authorization request that was refused: by redirect, or on a page when it may not or should not be followed. */
export function refusalResponse(
  refusal: {
    readonly error: OAuthError
    readonly reason: ReasonCode
    readonly reference: string
    readonly clientName?: string
    readonly interstitial: boolean
  },
  publicUrl: string,
): Response {
  const { error, reference, clientName } = refusal
  const technical = `${error.code}: ${error.description}`
  if (error instanceof RedirectedError) {
    const response = errorResponse(error.redirect, error)
    if (!refusal.interstitial) return clientAnswer(response, publicUrl)
    return errorPage({
      publicUrl,
      status: error.status === 503 ? 503 : 400,
      title: 'The application asked for something that is not possible',
      message: 'The login cannot go on. You can return to the application, which will be told why.',
      remedy: 'Return only if you know the address below.',
      ...wayBack(response, `Return to ${clientName ?? 'the application'}`),
      reference,
      technical,
    })
  }
  return errorPage({ publicUrl, status: 400, ...explain(refusal.reason), reference, technical })
}

const REGISTER_ANEW =
  'In the application, remove this connection and add it again. It will then register anew.'

/** Why the user is not sent anywhere, in words for the user. */
function explain(reason: ReasonCode): Pick<ErrorView, 'title' | 'message' | 'remedy'> {
  switch (reason) {
    case 'unknown_client':
      return {
        title: 'This application is not known here',
        message: 'The application that sent you is not registered with this server, or no longer.',
        remedy: REGISTER_ANEW,
      }
    case 'client_document_unreachable':
      return {
        title: 'This application cannot be checked just now',
        message:
          'It is known by a document that its makers publish, and that document could not be fetched. Nothing is wrong with your connection.',
        remedy: 'Try again in a minute. If that does not help, tell the makers of the application.',
      }
    case 'client_document_invalid':
      return {
        title: 'This application does not say who it is',
        message: 'It is known by a document that its makers publish, and that document cannot be used.',
        remedy: 'Tell the makers of the application; the line below says what is wrong.',
      }
    case 'client_not_allowed':
      return {
        title: 'This application is not allowed here',
        message: 'The operator of this server has chosen which applications may be used with it.',
        remedy: 'Ask your administrator to allow it, if you need it.',
      }
    case 'client_blocked':
      return {
        title: 'This application is blocked here',
        message: 'The operator of this server has blocked the application that sent you.',
        remedy: 'Ask your administrator, if you need it. Connecting again does not help.',
      }
    case 'expired':
      return {
        title: 'This login link is not good any more',
        message:
          'It was used already, waited too long, or was made for another application. Nothing was connected.',
        remedy: 'Go back to your application and connect again.',
      }
    default:
      return {
        title: 'This login link does not fit',
        message:
          'What the application sent does not match its registration, so we will not send you anywhere.',
        remedy: REGISTER_ANEW,
      }
  }
}

/** A callback that cannot be tied to this browser's login. */
export function callbackRefusalPage(publicUrl: string): Response {
  return errorPage({
    publicUrl,
    status: 400,
    title: 'This login cannot be finished here',
    message:
      'It was started in another browser, has been used already, or took too long. Nothing was connected.',
    remedy: 'Go back to your application and connect again. If somebody sent you a link, do not use it.',
  })
}

/** A consent page for a request that is over or never was. */
export function requestOverPage(publicUrl: string, reference?: string): Response {
  return errorPage({
    publicUrl,
    status: 400,
    title: 'This request has ended',
    message: 'It was answered already, or waited too long for an answer.',
    remedy: 'Go back to your application and connect again.',
    ...(reference && { reference }),
  })
}

/** A decision that did not come from the consent page in this browser. */
export function forgedDecisionPage(publicUrl: string): Response {
  return errorPage({
    publicUrl,
    status: 403,
    title: 'Your answer could not be checked',
    message: 'It did not come from the page that we showed in this browser. Nothing was allowed.',
    remedy: 'Go back to your application and connect again, with cookies allowed.',
  })
}
