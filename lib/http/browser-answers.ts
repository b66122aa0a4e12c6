import type { NextStep } from '@/lib/oauth/flow'
import { errorLocation } from '@/lib/oauth/protocol/authorization-response'
import { type OAuthError, RedirectedError } from '@/lib/oauth/protocol/errors'
import { UPSTREAM_STATE_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import { redirectHost } from '@/lib/oauth/protocol/redirect-uri'
import { setCookie } from './cookies'
import { errorPage } from './error-page'

/**
 * 303 to `location`, byte for byte. Never 307 or 308, which would post the user's input on (RFC 9700 §4.12), and
 * never a referrer, which would carry our URLs on (RFC 9700 §4.2.4).
 */
export function seeOther(location: string, cookies: readonly string[] = []): Response {
  const headers = new Headers({ location, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return new Response(null, { status: 303, headers })
}

/** The name of the cookie that ties one login attempt to this browser. */
export const stateCookie = (attemptId: string) => `vst_state_${attemptId}`

/** Sends the browser on; on the way to the identity provider the attempt's state goes into its cookie. */
export function nextStepResponse(
  step: NextStep,
  publicUrl: string,
  cookies: readonly string[] = [],
): Response {
  if (step.go === 'consent')
    return seeOther(`${publicUrl}/oauth/consent/open?request=${encodeURIComponent(step.requestId)}`)
  if (step.go === 'client') return seeOther(step.location, cookies)
  const { id, state } = step.login
  const cookie = { name: stateCookie(id), value: state, maxAge: UPSTREAM_STATE_LIFETIME }
  return seeOther(step.location, [...cookies, setCookie(publicUrl, cookie)])
}

/** An authorization request that was refused: by redirect, or on a page when it may not or should not be followed. */
export function refusalResponse(
  refusal: {
    readonly error: OAuthError
    readonly reference: string
    readonly clientName?: string
    readonly showFirst: boolean
  },
  publicUrl: string,
): Response {
  const { error, reference, clientName } = refusal
  const technical = `${error.code}: ${error.description}`
  if (error instanceof RedirectedError) {
    const location = errorLocation(error.redirect, error)
    if (!refusal.showFirst) return seeOther(location)
    const host = redirectHost(error.redirect.redirectUri)
    return errorPage({
      publicUrl,
      status: error.status === 503 ? 503 : 400,
      title: 'The application asked for something that is not possible',
      message: 'The login cannot go on. You can return to the application, which will be told why.',
      remedy: 'Return only if you know the address below.',
      link: { href: location, label: `Return to ${clientName ?? 'the application'}`, host },
      reference,
      technical,
    })
  }
  const unknown = error.code === 'invalid_client'
  return errorPage({
    publicUrl,
    status: 400,
    title: unknown ? 'This application is not known here' : 'This login link does not fit',
    message: unknown
      ? 'The application that sent you is not registered with this server, or no longer.'
      : 'What the application sent does not match its registration, so we will not send you anywhere.',
    remedy: 'In the application, remove this connection and add it again. It will then register anew.',
    reference,
    technical,
  })
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
