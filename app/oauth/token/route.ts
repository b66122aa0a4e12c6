import { addressIn, keptNetwork } from '@/lib/http/client-address'
import { preflight } from '@/lib/http/cors'
import { jsonEndpoint } from '@/lib/http/json-endpoint'
import { refuseMethodsBut } from '@/lib/http/method-not-allowed'
import { hasHungUp } from '@/lib/http/node/messages'
import { exchange } from '@/lib/oauth/token/token-endpoint'
import { context } from '@/lib/services/services'

/** The token endpoint (RFC 6749 §3.2). */
export const POST = jsonEndpoint(
  context,
  async ({ server, request, authorization, form, ports }) => {
    const network = keptNetwork(addressIn(request.headers))
    const presented = { body: await form(), authorization, network, hasHungUp: () => hasHungUp(request) }
    return { body: await exchange(server, presented, ports) }
  },
  { fromMemory: true },
)

export const OPTIONS = preflight

export const { DELETE, GET, PATCH, PUT } = refuseMethodsBut('POST')
