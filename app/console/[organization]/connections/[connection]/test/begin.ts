import { begunTestResponse, testRefusedPage } from '@/app/console/begun-test'
import { Forbidden, NotFound } from '@/lib/access'
import { beginConnectionTest } from '@/lib/connections/run-test'
import { type BrowserHandler, notFoundPage } from '@/lib/http/browser-endpoint'
import { seeOther } from '@/lib/http/see-other'
import { routes } from '@/lib/routes'
import { accounts, management } from '@/lib/services/services'

/**
 * Sends the operator to the identity provider, with the cookie that ties the test to this browser. A form of our own
 * posts here, into a new tab; the form of another site does nothing.
 */
export const beginTest: BrowserHandler = async (request, { publicUrl }, reader) => {
  const [, , organization = '', , connection = ''] = new URL(request.url).pathname.split('/')
  if (request.headers.get('origin') !== publicUrl) return testRefusedPage('test_foreign', reader)
  const operators = await accounts()
  const operator = await operators.current(request.headers)
  if (!operator) return seeOther(publicUrl + routes.signIn())
  try {
    const scope = await operators.scope(operator, decodeURIComponent(organization))
    const slug = decodeURIComponent(connection)
    const begun = await beginConnectionTest(scope, slug, await management())
    return begunTestResponse(begun, routes.connection(scope.organization, slug), publicUrl)
  } catch (error) {
    if (error instanceof NotFound || error instanceof URIError) return notFoundPage(reader)
    if (error instanceof Forbidden) return testRefusedPage('test_foreign', reader)
    throw error
  }
}
