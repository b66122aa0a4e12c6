import { callbackRefusalPage, nextStepResponse, stateCookie } from '@/lib/http/browser-answers'
import { sessionEndpoint } from '@/lib/http/browser-endpoint'
import { readCookie, setCookie } from '@/lib/http/cookies'
import { completeLogin } from '@/lib/oauth/callback/complete-login'
import { attemptIdOf } from '@/lib/oauth/flow'
import { context } from '@/lib/services'

/** Where the identity provider sends the user back; each connection has a callback of its own (RFC 9700 §4.4.2). */
export const GET = sessionEndpoint(context, async (request, { publicUrl, ports, log }) => {
  const url = new URL(request.url)
  const connectionId = url.pathname.slice('/oauth/callback/'.length)
  const cookie = stateCookie(attemptIdOf(url.searchParams.get('state') ?? '') ?? '')
  const state = readCookie(request, publicUrl, cookie)
  const step = await completeLogin(connectionId, url.searchParams, state, ports)
  if (step.go === 'refused') {
    log.warn('callback refused', { connection: connectionId.slice(0, 64), reason: step.reason })
    return callbackRefusalPage(publicUrl)
  }
  return nextStepResponse(step, publicUrl, [setCookie(publicUrl, { name: cookie, value: '', maxAge: 0 })])
})
