import { withoutLogin } from '@/lib/http/browser/login-cookies'
import { callbackRefusalPage, nextStepResponse } from '@/lib/http/browser-answers'
import { sessionCookies } from '@/lib/http/browser-session'
import { completeLogin } from '@/lib/oauth/callback/complete-login'
import { attemptIn, callback } from './callback'

/** Where the identity provider sends the user back; each connection has a callback of its own (RFC 9700 §4.4.2). */
export const GET = callback(async (request, { publicUrl, ports, log }, reader) => {
  const { connection, query, sent, name, cookies, isGone } = attemptIn(request, publicUrl)
  const { step, session, requestId } = await completeLogin(connection, query, cookies, ports, isGone)
  if (step.go === 'refused') {
    log.warn('callback refused', { connection: connection.slice(0, 64), reason: step.reason })
    return callbackRefusalPage(reader, { state: sent, connection })
  }
  const over = withoutLogin(publicUrl, name, step.go === 'consent' ? undefined : requestId)
  return nextStepResponse(step, reader, [...over, ...sessionCookies(publicUrl, connection, session)])
})
export { receive as POST } from './receive'
