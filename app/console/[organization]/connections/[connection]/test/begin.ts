import { Forbidden, NotFound } from '@/lib/access'
import { beginConnectionTest } from '@/lib/connections/run-test'
import { notFoundPage } from '@/lib/http/browser-endpoint'
import type { HttpContext } from '@/lib/http/context'
import { setCookie } from '@/lib/http/cookies'
import { errorPage } from '@/lib/http/error-page'
import { seeOther } from '@/lib/http/see-other'
import { routes } from '@/lib/routes'
import { accounts, management } from '@/lib/services/services'

/** Seconds; as long as the test waits. */
const COOKIE_LIFETIME = 600

/**
 * Sends the operator to the identity provider, with the cookie that ties the test to this browser. A form of our own
 * posts here, into a new tab; the form of another site does nothing.
 */
export async function beginTest(request: Request, { publicUrl }: HttpContext): Promise<Response> {
  const [, , organization = '', , connection = ''] = new URL(request.url).pathname.split('/')
  if (request.headers.get('origin') !== publicUrl) return refused(publicUrl)
  const operators = await accounts()
  const operator = await operators.current(request.headers)
  if (!operator) return seeOther(publicUrl + routes.signIn())
  try {
    const scope = await operators.scope(operator, decodeURIComponent(organization))
    const { id, upstream } = await beginConnectionTest(
      scope,
      decodeURIComponent(connection),
      await management(),
    )
    if (!upstream) return seeOther(`${publicUrl}${routes.connection(organization, connection)}/test/${id}`)
    const cookie = { name: `vst_test_${id}`, value: upstream.state, maxAge: COOKIE_LIFETIME }
    return seeOther(upstream.location, [setCookie(publicUrl, cookie)])
  } catch (error) {
    if (error instanceof NotFound || error instanceof URIError) return notFoundPage(publicUrl)
    if (error instanceof Forbidden) return refused(publicUrl)
    throw error
  }
}

const refused = (publicUrl: string) =>
  errorPage({
    publicUrl,
    status: 403,
    title: 'You may not test this connection',
    message: 'The request did not come from the console, or your role does not allow it.',
    remedy: 'Open the connection in the console, and press the button there.',
  })
