import { serviceProviderFor } from '@/lib/connections/service-provider'
import { httpHandler, pathOf } from '@/lib/http/http-handler'
import { requestOrigin } from '@/lib/http/issuer'
import { cacheFor, notFound } from '@/lib/http/json-response'
import { refuseMethodsBut } from '@/lib/http/method-not-allowed'
import { KEY_SET_MAX_AGE } from '@/lib/oauth/protocol/lifetimes'
import { management } from '@/lib/services/services'

/** What the SAML identity provider of a connection has to know of us. */
export const GET = httpHandler(async (request) => {
  const services = await management()
  const id = pathOf(request).split('/').at(-2) ?? ''
  const isHere = requestOrigin(request, services.publicUrl) === services.publicUrl
  const text = isHere ? await serviceProviderFor(id, services) : null
  if (text === null) return notFound()
  const headers = { 'content-type': 'application/samlmetadata+xml', ...cacheFor(KEY_SET_MAX_AGE) }
  return { status: 200, headers, text }
})

export const { DELETE, PATCH, POST, PUT } = refuseMethodsBut('GET')
