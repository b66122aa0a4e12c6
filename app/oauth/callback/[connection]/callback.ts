import { completeConnectionTest, testIdOf } from '@/lib/connections/run-test'
import { ceremonyIdOf, continueLink } from '@/lib/grants/link-accounts'
import { cookiesOf, sessionCookiesIn } from '@/lib/http/account-form'
import { callbackRefusalPage, stateCookie } from '@/lib/http/browser-answers'
import { type BrowserHandler, sessionEndpoint } from '@/lib/http/browser-endpoint'
import { browserContextOf } from '@/lib/http/browser-session'
import { readCookie, setCookie } from '@/lib/http/cookies'
import { hasHungUp } from '@/lib/http/node/messages'
import type { Reader } from '@/lib/http/plain-page'
import { seeOther } from '@/lib/http/see-other'
import type { Management } from '@/lib/management/management'
import { attemptIdOf } from '@/lib/oauth/flow/pending-login'
import { CALLBACK_PATH } from '@/lib/oauth/protocol/urls'
import { routes } from '@/lib/routes'
import { accounts, context, management } from '@/lib/services/services'
import { setupTester } from '@/lib/setup-links/tests'

/**
 * The callback of logins, of the tests that operators and holders of setup links begin, and of users who link another
 * login: the `state` tells them apart, and none can pass for another.
 */
export function callback(completeLogin: BrowserHandler) {
  return sessionEndpoint(
    context,
    async (request, services, reader) =>
      (await completeTest(request, reader)) ??
      (await completeLink(request, reader)) ??
      completeLogin(request, services, reader),
  )
}

/** What a browser brings back from the identity provider: the answer, and the cookies of the attempt and its session. */
export function attemptIn(request: Request, publicUrl: string) {
  const { pathname, searchParams: query } = new URL(request.url)
  const [connection, sent] = [pathname.slice(CALLBACK_PATH.length), query.get('state') ?? '']
  const name = stateCookie(attemptIdOf(sent) ?? '')
  const session = browserContextOf(request, publicUrl).sessionCookieOf(connection)
  const cookies = { state: readCookie(request, publicUrl, name), session }
  return { connection, query, sent, name, cookies, isGone: () => hasHungUp(request) }
}

async function completeLink(request: Request, reader: Reader): Promise<Response | null> {
  const { pathname, searchParams: query } = new URL(request.url)
  if (ceremonyIdOf(query.get('state')) === null) return null
  const connection = pathname.slice(CALLBACK_PATH.length)
  const services = await management()
  const { publicUrl, log } = services
  const cookies = sessionCookiesIn(publicUrl, cookiesOf(request))
  const step = await continueLink(connection, query, cookies, services)
  if (!step) {
    log.warn('callback refused', { connection: connection.slice(0, 64), reason: 'state_unknown' })
    return callbackRefusalPage(reader)
  }
  if (step.go === 'upstream') return seeOther(step.location)
  if (step.go === 'question') return seeOther(`${publicUrl}/account?link=${step.answer}`)
  log.warn('linking failed', { connection, reason: step.reason })
  return seeOther(`${publicUrl}/account?done=linkFailed`)
}

async function completeTest(request: Request, reader: Reader): Promise<Response | null> {
  const { pathname, searchParams: query } = new URL(request.url)
  const connection = pathname.slice(CALLBACK_PATH.length)
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
    return callbackRefusalPage(reader)
  }
  const at = link === undefined ? routes.connection(test.organization, test.connection) : routes.setup(link)
  const over = link === undefined ? [name] : [name, linkName]
  return seeOther(
    `${publicUrl}${at}/test/${id}`,
    over.map((ended) => setCookie(publicUrl, { name: ended, value: '', maxAge: 0 })),
  )
}

/** The tester: by a setup link, or signed in to the console, in this browser. */
async function testerIn(
  request: Request,
  link: string | undefined,
  services: Management,
): Promise<string | undefined> {
  if (link !== undefined) return (await setupTester(link, services)) ?? undefined
  return (await (await accounts()).current(request.headers))?.id
}
