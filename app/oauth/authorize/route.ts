import { nextStepResponse, refusalResponse } from '@/lib/http/browser-answers'
import { browserEndpoint, notFoundPage } from '@/lib/http/browser-endpoint'
import { findServer } from '@/lib/http/issuer'
import { limitAuthorization } from '@/lib/http/limits'
import { beginAuthorization } from '@/lib/oauth/authorize/begin'
import { context } from '@/lib/services'

/** The authorization endpoint (RFC 6749 §3.1). */
export const GET = browserEndpoint(context, async (request, { publicUrl, ports, limits }) => {
  const server = await findServer(request, publicUrl, ports.servers)
  if (!server) return notFoundPage(publicUrl)
  const query = new URL(request.url).searchParams
  limitAuthorization(limits, server.id, query.get('client_id') ?? '', request)
  const result = await beginAuthorization(server, query, ports)
  return result.go === 'refused' ? refusalResponse(result, publicUrl) : nextStepResponse(result, publicUrl)
})
