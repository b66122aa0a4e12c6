import { NotFound } from '@/lib/access'
import { notFoundPage } from '@/lib/http/browser-endpoint'
import type { HttpContext } from '@/lib/http/context'
import { setCookie } from '@/lib/http/cookies'
import { errorPage } from '@/lib/http/error-page'
import { seeOther } from '@/lib/http/see-other'
import { routes } from '@/lib/routes'
import { management } from '@/lib/services/services'
import { beginSetupTest } from '@/lib/setup-links/tests'

/** Seconds; as long as the test waits. */
const COOKIE_LIFETIME = 600

/**
 * Sends the holder of a setup link to their identity provider, with cookies that tie the test to this browser and to
 * the link. A form of our own posts here, into a new tab; the form of another site does nothing.
 */
export async function beginTest(request: Request, { publicUrl }: HttpContext): Promise<Response> {
  const token = new URL(request.url).pathname.split('/')[3] ?? ''
  if (request.headers.get('origin') !== publicUrl) return refused(publicUrl)
  try {
    const { id, upstream } = await beginSetupTest(token, await management())
    if (!upstream) return seeOther(`${publicUrl}${routes.setup(token)}/test/${id}`)
    return seeOther(
      upstream.location,
      [
        [`vst_test_${id}`, upstream.state],
        [`vst_setup_${id}`, token],
      ].map(([name = '', value = '']) => setCookie(publicUrl, { name, value, maxAge: COOKIE_LIFETIME })),
    )
  } catch (error) {
    if (error instanceof NotFound) return notFoundPage(publicUrl)
    throw error
  }
}

const refused = (publicUrl: string) =>
  errorPage({
    publicUrl,
    status: 403,
    title: 'You may not test this connection',
    message: 'The request did not come from the page of the setup link.',
    remedy: 'Open the link, and press the button there.',
  })
