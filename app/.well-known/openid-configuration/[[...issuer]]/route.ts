import { preflight } from '@/lib/http/cors'
import { documentEndpoint } from '@/lib/http/document-endpoint'
import { refuseMethodsBut } from '@/lib/http/method-not-allowed'
import { openIdMetadata } from '@/lib/oauth/protocol/openid-metadata'
import { context } from '@/lib/services/services'

/** OpenID provider metadata (OpenID Connect Discovery §4), in all the places of the document beside it. */
export const GET = documentEndpoint(context, async ({ server }) => ({
  body: openIdMetadata(server),
  maxAge: 300,
}))

export const OPTIONS = preflight

export const { DELETE, PATCH, POST, PUT } = refuseMethodsBut('GET')
