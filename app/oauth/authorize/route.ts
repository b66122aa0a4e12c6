import { nextStepResponse, refusalResponse } from '@/lib/http/browser-answers'
import { browserEndpoint, notFoundPage } from '@/lib/http/browser-endpoint'
import { findServer } from '@/lib/http/issuer'
import { beginAuthorization } from '@/lib/oauth/authorize/begin'
import { context } from '@/lib/services'

/** The authorization endpoint (RFC 6749 §3.1). */
export const GET = browserEndpoint(context, async (request, { publicUrl, ports }) => {
  const server = await findServer(request, publicUrl, ports.servers)
  if (!server) return notFoundPage(publicUrl)
  const result = await beginAuthorization(server, new URL(request.url).searchParams, ports)
  return result.go === 'refused' ? refusalResponse(result, publicUrl) : nextStepResponse(result, publicUrl)
})
