import { readForm } from '@/lib/http/body'
import { notFoundPage, sessionEndpoint } from '@/lib/http/browser-endpoint'
import { seeOther } from '@/lib/http/see-other'
import { receiveAssertion } from '@/lib/oauth/callback/receive-assertion'
import { CALLBACK_PATH, callbackUrl } from '@/lib/oauth/protocol/urls'
import { context } from '@/lib/services/services'

/** Bytes of a SAML response: those of users of many groups are large. */
const MAX_RESPONSE = 256 * 1024

/** Where the browser posts a SAML response. It comes from another site without cookies, so the callback goes on. */
export const receive = sessionEndpoint(context, async (request, { publicUrl, ports }, reader) => {
  const connection = new URL(request.url).pathname.slice(CALLBACK_PATH.length)
  const query = await receiveAssertion(connection, await readForm(request, MAX_RESPONSE), ports)
  return query ? seeOther(`${callbackUrl(publicUrl, connection)}?${query}`) : notFoundPage(reader)
})
