import { preflight } from '@/lib/http/cors'
import { originEndpoint } from '@/lib/http/json-endpoint'
import { refuseMethodsBut } from '@/lib/http/method-not-allowed'
import { findProtectedResource } from '@/lib/oauth/access/protected-resource'
import { resourceMetadata } from '@/lib/oauth/protocol/resource-metadata'
import { context } from '@/lib/services/services'

/** Metadata of the protected resources that lie on this origin (RFC 9728 §3). */
export const GET = originEndpoint(context, async (origin, pathname, ports) => {
  const path = pathname.replace('/.well-known/oauth-protected-resource', '') || '/'
  const server = await findProtectedResource(origin, path, ports)
  return server && resourceMetadata(server)
})

export const OPTIONS = preflight

export const { DELETE, PATCH, POST, PUT } = refuseMethodsBut('GET')
