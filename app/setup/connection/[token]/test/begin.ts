import { begunTestResponse, testRefusedPage } from '@/app/console/begun-test'
import { NotFound } from '@/lib/access'
import { notFoundPage } from '@/lib/http/browser-endpoint'
import type { HttpContext } from '@/lib/http/context'
import { routes } from '@/lib/routes'
import { management } from '@/lib/services/services'
import { beginSetupTest } from '@/lib/setup-links/tests'

/**
 * Sends the holder of a setup link to their identity provider, with cookies that tie the test to this browser and to
 * the link. A form of our own posts here, into a new tab; the form of another site does nothing.
 */
export async function beginTest(request: Request, { publicUrl }: HttpContext): Promise<Response> {
  const token = new URL(request.url).pathname.split('/')[3] ?? ''
  if (request.headers.get('origin') !== publicUrl) return refused(publicUrl)
  try {
    const begun = await beginSetupTest(token, await management())
    return begunTestResponse(begun, routes.setup(token), publicUrl, token)
  } catch (error) {
    if (error instanceof NotFound) return notFoundPage(publicUrl)
    throw error
  }
}

const refused = (publicUrl: string) =>
  testRefusedPage(publicUrl, {
    message: 'The request did not come from the page of the setup link.',
    remedy: 'Open the link, and press the button there.',
  })
