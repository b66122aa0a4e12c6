import { requestOverPage, seeOther } from '@/lib/http/browser-answers'
import { sessionEndpoint } from '@/lib/http/browser-endpoint'
import { consentCookie, formTokenOf, requestIdIn } from '@/lib/http/consent-form'
import { openConsent } from '@/lib/oauth/consent/open'
import { context } from '@/lib/services'

/** Sets the cookie that the consent form is tied to, which a page cannot, and goes on to the page. */
export const GET = sessionEndpoint(context, async (request, { publicUrl, ports }) => {
  const id = requestIdIn(new URL(request.url).searchParams.get('request'))
  const consent = await openConsent(id, ports)
  if (!consent.open) return requestOverPage(publicUrl, consent.reference ?? undefined)
  const token = formTokenOf(request, publicUrl, id)
  return seeOther(`${publicUrl}/oauth/consent?request=${id}&opened=1`, [consentCookie(publicUrl, id, token)])
})
