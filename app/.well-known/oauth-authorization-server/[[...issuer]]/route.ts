import { preflight } from '@/lib/http/cors'
import { documentEndpoint } from '@/lib/http/document-endpoint'
import { refuseMethodsBut } from '@/lib/http/method-not-allowed'
import { serverMetadata } from '@/lib/oauth/protocol/server-metadata'
import { context } from '@/lib/services/services'

/** Authorization server metadata (RFC 8414 §3), at the root and inserted before the path of a path issuer. */
export const GET = documentEndpoint(context, async ({ server }) => ({
  body: serverMetadata(server),
  maxAge: 300,
}))

export const OPTIONS = preflight

export const { DELETE, PATCH, POST, PUT } = refuseMethodsBut('GET')
