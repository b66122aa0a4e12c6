import { addressIn, keptNetwork } from '@/lib/http/client-address'
import { preflight } from '@/lib/http/cors'
import { jsonEndpoint } from '@/lib/http/json-endpoint'
import { refuseMethodsBut } from '@/lib/http/method-not-allowed'
import { limitNewLogin } from '@/lib/http/presented-client'
import { authorizeDevice } from '@/lib/oauth/device/authorize-device'
import { verificationUri } from '@/lib/oauth/protocol/urls'
import { context } from '@/lib/services/services'

/** The device authorization endpoint (RFC 8628 §3.1). */
export const POST = jsonEndpoint(context, async (call) => {
  const { server, authorization, ports } = call
  await limitNewLogin(call)
  const network = keptNetwork(addressIn(call.request.headers))
  const uri = verificationUri(call.publicUrl)
  return { body: await authorizeDevice(server, await call.form(), authorization, uri, network, ports) }
})

export const OPTIONS = preflight

export const { DELETE, GET, PATCH, PUT } = refuseMethodsBut('POST')
