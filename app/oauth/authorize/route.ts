import { readForm } from '@/lib/http/body'
import { nextStepResponse, refusalResponse } from '@/lib/http/browser-answers'
import { browserEndpoint, notFoundPage } from '@/lib/http/browser-endpoint'
import { findServer } from '@/lib/http/issuer'
import { limitAuthorization } from '@/lib/http/limits'
import { beginAuthorization } from '@/lib/oauth/authorize/begin'
import { context } from '@/lib/services/services'

/** The authorization endpoint (RFC 6749 §3.1). A form that is posted means the same as a query (OIDC Core §3.1.2.1). */
const authorize = browserEndpoint(context, async (request, { publicUrl, ports, limits }, reader) => {
  const server = await findServer(request, publicUrl, ports.servers)
  if (!server) return notFoundPage(reader)
  const sent = request.method === 'POST' ? await readForm(request) : new URL(request.url).searchParams
  await limitAuthorization(limits, server.id, sent.get('client_id') ?? '', request)
  const result = await beginAuthorization(server, sent, ports)
  return result.go === 'refused' ? refusalResponse(result, reader) : nextStepResponse(result, reader)
})

export { authorize as GET, authorize as POST }
