import { sessionEndpoint } from '@/lib/http/browser-endpoint'
import { consentCookie, formTokenOf } from '@/lib/http/consent-form'
import { DEVICE_FORM } from '@/lib/http/device-form'
import { seeOther } from '@/lib/http/see-other'
import { verificationUri } from '@/lib/oauth/protocol/urls'
import { formatUserCode, readUserCode } from '@/lib/oauth/protocol/user-code'
import { context } from '@/lib/services/services'

/** Sets the cookie that the form for codes is tied to, which a page cannot, and goes back to the page. */
export const GET = sessionEndpoint(context, async (request, { publicUrl }) => {
  const code = readUserCode(new URL(request.url).searchParams.get('user_code') ?? '')
  const given = code ? `&user_code=${formatUserCode(code)}` : ''
  const token = formTokenOf(request, publicUrl, DEVICE_FORM)
  return seeOther(`${verificationUri(publicUrl)}?opened=1${given}`, [
    consentCookie(publicUrl, DEVICE_FORM, token),
  ])
})
