import { withoutLogin } from '@/lib/http/browser/login-cookies'
import { callbackRefusalPage, nextStepResponse, stateCookie } from '@/lib/http/browser-answers'
import { browserContextOf, sessionCookies } from '@/lib/http/browser-session'
import { readCookie } from '@/lib/http/cookies'
import { completeLogin } from '@/lib/oauth/callback/complete-login'
import { attemptIdOf } from '@/lib/oauth/flow/pending-login'
import { CALLBACK_PATH } from '@/lib/oauth/protocol/urls'
import { callback } from './callback'

/** Where the identity provider sends the user back; each connection has a callback of its own (RFC 9700 §4.4.2). */
export const GET = callback(async (request, { publicUrl, ports, log }, reader) => {
  const url = new URL(request.url)
  const [connection, sent] = [url.pathname.slice(CALLBACK_PATH.length), url.searchParams.get('state') ?? '']
  const name = stateCookie(attemptIdOf(sent) ?? '')
  const state = readCookie(request, publicUrl, name)
  const cookies = { state, session: browserContextOf(request, publicUrl).sessionCookieOf(connection) }
  const { step, session, requestId } = await completeLogin(connection, url.searchParams, cookies, ports)
  if (step.go === 'refused') {
    log.warn('callback refused', { connection: connection.slice(0, 64), reason: step.reason })
    return callbackRefusalPage(reader, { state: sent, connection })
  }
  const over = withoutLogin(publicUrl, name, step.go === 'consent' ? undefined : requestId)
  return nextStepResponse(step, reader, [...over, ...sessionCookies(publicUrl, connection, session)])
})
export { receive as POST } from './receive'
