import { completeConnectionTest, testIdOf } from '@/lib/connections/run-test'
import { callbackRefusalPage } from '@/lib/http/browser-answers'
import { sessionEndpoint } from '@/lib/http/browser-endpoint'
import type { HttpContext } from '@/lib/http/context'
import { readCookie, setCookie } from '@/lib/http/cookies'
import type { Management } from '@/lib/management/management'
import { accounts, context, management } from '@/lib/services/services'
import { setupTester } from '@/lib/setup-links/tests'

type Handle = (request: Request, context: HttpContext) => Promise<Response>

/**
 * The callback of logins, and of the tests that operators and holders of setup links begin: the `state` tells them apart,
 * and neither can pass for the other.
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
  const [name, linkName] = [`vst_test_${id}`, `vst_setup_${id}`]
  const link = readCookie(request, publicUrl, linkName)
  const visitor = {
    state: readCookie(request, publicUrl, name),
    operatorId: await testerIn(request, link, services),
  }
  const test = await completeConnectionTest(connection, query, visitor, services)
  if (!test) {
    log.warn('callback refused', { connection: connection.slice(0, 64), reason: 'state_unknown' })
    return callbackRefusalPage(publicUrl)
  }
  const at =
    link === undefined
      ? `/console/${test.organization}/connections/${test.connection}`
      : `/setup/connection/${link}`
  const headers = new Headers({
    location: `${publicUrl}${at}/test/${id}`,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  })
  for (const over of link === undefined ? [name] : [name, linkName])
    headers.append('set-cookie', setCookie(publicUrl, { name: over, value: '', maxAge: 0 }))
  return new Response(null, { status: 303, headers })
}

/** Whoever this browser began the test as: with a setup link, or signed in to the console. */
async function testerIn(
  request: Request,
  link: string | undefined,
  services: Management,
): Promise<string | undefined> {
  if (link !== undefined) return (await setupTester(link, services)) ?? undefined
  return (await (await accounts()).current(request.headers))?.id
}
