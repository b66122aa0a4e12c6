import { renderToStaticMarkup } from 'react-dom/server'
import { PageDocument, PageHead } from '@/app/page-document'
import { plainSessionEndpoint } from '@/lib/http/browser-endpoint'
import { browserContextOf } from '@/lib/http/browser-session'
import { consentCookieName, requestIdIn } from '@/lib/http/consent-form'
import { readCookie } from '@/lib/http/cookies'
import { pagePolicy } from '@/lib/http/page-policy'
import { seeOtherPlainly } from '@/lib/http/see-other'
import { consentUrl } from '@/lib/oauth/protocol/urls'
import { context } from '@/lib/services/services'
import { consentPage } from './consent'

/**
 * The consent page without Next: every login shows it, it runs no script, and Next's renderer costs five times what
 * React's does. Decision 0015.
 */
export const GET = plainSessionEndpoint(context, async (request, { publicUrl, ports }, { language }) => {
  const { searchParams } = new URL(request.url)
  const requestId = requestIdIn(searchParams.get('request'))
  const visit = {
    requestId,
    formToken: readCookie(request, publicUrl, consentCookieName(requestId)),
    opened: Boolean(searchParams.get('opened')),
    sessionCookieOf: browserContextOf(request, publicUrl).sessionCookieOf,
    language,
  }
  const page = await consentPage(visit, ports)
  if (!page) return seeOtherPlainly(consentUrl(publicUrl, requestId, 'open'))
  const html = renderToStaticMarkup(
    <PageDocument language={language} head={<PageHead />}>
      {page}
    </PageDocument>,
  )
  return { status: 200, headers: HEADERS, text: `<!DOCTYPE html>${html}` }
})

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  // Not no-referrer: then the form's Origin would be null, and the decision could not be checked.
  'referrer-policy': 'same-origin',
  'content-security-policy': pagePolicy('/oauth/consent')?.policy ?? '',
}
