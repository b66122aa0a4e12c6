import { preflight } from '@/lib/http/cors'
import { verificationUri } from '@/lib/http/device-form'
import { jsonEndpoint } from '@/lib/http/json-endpoint'
import { refuseMethodsBut } from '@/lib/http/method-not-allowed'
import { authorizeDevice } from '@/lib/oauth/device/authorize-device'
import { context } from '@/lib/services'

/** The device authorization endpoint (RFC 8628 §3.1). */
export const POST = jsonEndpoint(context, async ({ server, authorization, form, ports, publicUrl }) => ({
  body: await authorizeDevice(server, await form(), authorization, verificationUri(publicUrl), ports),
}))

export const OPTIONS = preflight

export const { DELETE, GET, PATCH, PUT } = refuseMethodsBut('POST')
