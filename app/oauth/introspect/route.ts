import { preflight } from '@/lib/http/cors'
import { jsonEndpoint } from '@/lib/http/json-endpoint'
import { refuseMethodsBut } from '@/lib/http/method-not-allowed'
import { introspect } from '@/lib/oauth/access/introspect'
import { context } from '@/lib/services/services'

/** The introspection endpoint (RFC 7662 §2). */
export const POST = jsonEndpoint(
  context,
  async ({ server, authorization, form, ports }) => ({
    body: await introspect(server, await form(), authorization, ports),
  }),
  { fromMemory: true },
)

export const OPTIONS = preflight

export const { DELETE, GET, PATCH, PUT } = refuseMethodsBut('POST')
