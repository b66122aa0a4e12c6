import { withoutAbandoned } from '@/lib/http/browser/login-cookies'
import { nextStepResponse, refusalResponse, requestOverPage } from '@/lib/http/browser-answers'
import { sessionEndpoint } from '@/lib/http/browser-endpoint'
import { browserContextOf } from '@/lib/http/browser-session'
import { consentCookie, formTokenOf, requestIdIn } from '@/lib/http/consent-form'
import { seeOther } from '@/lib/http/see-other'
import { openConsent } from '@/lib/oauth/consent/open'
import { consentUrl } from '@/lib/oauth/protocol/urls'
import { context } from '@/lib/services/services'

/** Sets the cookie that the consent form is tied to, which a page cannot, and goes on to the page or past it. */
export const GET = sessionEndpoint(context, async (request, { publicUrl, ports }, reader) => {
  const id = requestIdIn(new URL(request.url).searchParams.get('request'))
  const opened = await openConsent(id, browserContextOf(request, publicUrl), ports)
  if (opened.go === 'over') return requestOverPage(reader, opened.reference ?? undefined)
  if (opened.go === 'refused') return refusalResponse(opened, reader)
  const abandoned = withoutAbandoned(request, publicUrl)
  if (opened.go !== 'page') return nextStepResponse(opened, reader, abandoned)
  const token = formTokenOf(request, publicUrl, id)
  return seeOther(consentUrl(publicUrl, id, 'page'), [...abandoned, consentCookie(publicUrl, id, token)])
})
