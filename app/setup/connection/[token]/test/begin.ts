import { begunTestResponse, testRefusedPage } from '@/app/console/begun-test'
import { NotFound } from '@/lib/access'
import { type BrowserHandler, notFoundPage } from '@/lib/http/browser-endpoint'
import { routes } from '@/lib/routes'
import { management } from '@/lib/services/services'
import { beginSetupTest } from '@/lib/setup-links/tests'

/**
 * Sends the holder of a setup link to their identity provider, with cookies that tie the test to this browser and to
 * the link. A form of our own posts here, into a new tab; the form of another site does nothing.
 */
export const beginTest: BrowserHandler = async (request, { publicUrl }, reader) => {
  const token = new URL(request.url).pathname.split('/')[3] ?? ''
  if (request.headers.get('origin') !== publicUrl) return testRefusedPage('test_foreign_link', reader)
  try {
    const begun = await beginSetupTest(token, await management())
    return begunTestResponse(begun, routes.setup(token), publicUrl, token)
  } catch (error) {
    if (error instanceof NotFound) return notFoundPage(reader)
    throw error
  }
}
