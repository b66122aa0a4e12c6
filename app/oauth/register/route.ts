import { addressIn, keptNetwork } from '@/lib/http/client-address'
import { preflight } from '@/lib/http/cors'
import { jsonEndpoint } from '@/lib/http/json-endpoint'
import { limitRegistration } from '@/lib/http/limits'
import { refuseMethodsBut } from '@/lib/http/method-not-allowed'
import { registerClient } from '@/lib/oauth/clients/register-client'
import { context } from '@/lib/services/services'

/** The client registration endpoint (RFC 7591 §3). */
export const POST = jsonEndpoint(
  context,
  async ({ server, json, ports, request, authorization }) => {
    const network = keptNetwork(addressIn(request.headers))
    return { body: await registerClient(server, await json(), ports, network, authorization), status: 201 }
  },
  { fromMemory: true, admit: ({ server, limits, request }) => limitRegistration(limits, server.id, request) },
)

export const OPTIONS = preflight

export const { DELETE, GET, PATCH, PUT } = refuseMethodsBut('POST')
