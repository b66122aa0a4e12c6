import { readForm } from '@/lib/http/body'
import { nextStepResponse, refusalResponse } from '@/lib/http/browser-answers'
import { notFoundPage, plainEndpoint } from '@/lib/http/browser-endpoint'
import { seeOtherPlainly } from '@/lib/http/see-other'
import { consentUrl } from '@/lib/oauth/protocol/urls'
import { context } from '@/lib/services/services'
import { begin } from './begin'

/** The authorization endpoint (RFC 6749 §3.1). A form that is posted means the same as a query (OIDC Core §3.1.2.1). */
const authorize = plainEndpoint(context, async (request, services, reader) => {
  const sent = request.method === 'POST' ? await readForm(request) : new URL(request.url).searchParams
  const result = await begin(request, sent, services)
  if (!result) return notFoundPage(reader)
  if (result.go === 'consent')
    return seeOtherPlainly(consentUrl(services.publicUrl, result.requestId, 'open'))
  return result.go === 'refused' ? refusalResponse(result, reader) : nextStepResponse(result, reader)
})

export { authorize as GET, authorize as POST }
