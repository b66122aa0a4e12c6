import { ACCOUNT_FORM } from '@/lib/http/account-form'
import { sessionEndpoint } from '@/lib/http/browser-endpoint'
import { consentCookie, formTokenOf } from '@/lib/http/consent-form'
import { seeOther } from '@/lib/http/see-other'
import { context } from '@/lib/services/services'

/** Sets the cookie that the page's forms are tied to, which a page cannot, and goes back to the page. */
export const GET = sessionEndpoint(context, async (request, { publicUrl }) => {
  const token = formTokenOf(request, publicUrl, ACCOUNT_FORM)
  return seeOther(`${publicUrl}/account?opened=1`, [consentCookie(publicUrl, ACCOUNT_FORM, token)])
})
