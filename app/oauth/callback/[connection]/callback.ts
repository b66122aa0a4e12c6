import { callbackRefusalPage } from '@/lib/http/browser-answers'
import { sessionEndpoint } from '@/lib/http/browser-endpoint'
import type { HttpContext } from '@/lib/http/context'
import { readCookie, setCookie } from '@/lib/http/cookies'
import { completeConnectionTest, testIdOf } from '@/lib/management/connections/run-test'
import { accounts, context, management } from '@/lib/services'

type Handle = (request: Request, context: HttpContext) => Promise<Response>

/**
 * The callback of logins, and of the tests that operators begin in the console: the `state` tells them apart, and neither
 * can pass for the other.
 */
export function callback(completeLogin: Handle) {
  return sessionEndpoint(
    context,
    async (request, services) => (await completeTest(request)) ?? completeLogin(request, services),
  )
}

async function completeTest(request: Request): Promise<Response | null> {
  const { pathname, searchParams: query } = new URL(request.url)
  const connection = pathname.slice('/oauth/callback/'.length)
  const id = testIdOf(query.get('state'))
  if (id === null) return null
  const services = await management()
  const { publicUrl, log } = services
  const name = `vst_test_${id}`
  const operator = await (await accounts()).current(request.headers)
  const visitor = { state: readCookie(request, publicUrl, name), operatorId: operator?.id }
  const test = await completeConnectionTest(connection, query, visitor, services)
  if (!test) {
    log.warn('callback refused', { connection: connection.slice(0, 64), reason: 'state_unknown' })
    return callbackRefusalPage(publicUrl)
  }
  return new Response(null, {
    status: 303,
    headers: {
      location: `${publicUrl}/console/${test.organization}/connections/${test.connection}/test/${id}`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'set-cookie': setCookie(publicUrl, { name, value: '', maxAge: 0 }),
    },
  })
}
