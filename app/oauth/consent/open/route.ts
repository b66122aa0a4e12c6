import { requestOverPage, seeOther } from '@/lib/http/browser-answers'
import { sessionEndpoint } from '@/lib/http/browser-endpoint'
import { consentCookie, openConsent } from '@/lib/http/consent-form'
import { context } from '@/lib/services'

/** Sets the cookie that the consent form is tied to, which a page cannot, and goes on to the page. */
export const GET = sessionEndpoint(context, async (request, { publicUrl, ports }) => {
  const id = new URL(request.url).searchParams.get('request') ?? ''
  if (!(await ports.requests.findOpen(id, ports.clock())))
    return requestOverPage(publicUrl, (await ports.requests.findReference(id)) ?? undefined)
  return seeOther(`${publicUrl}/oauth/consent?request=${id}&opened=1`, [
    consentCookie(publicUrl, id, openConsent(request, publicUrl, id)),
  ])
})
