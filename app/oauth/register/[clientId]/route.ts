import { preflightFor } from '@/lib/http/cors'
import { type Call, jsonEndpoint } from '@/lib/http/json-endpoint'
import { refuseMethodsBut } from '@/lib/http/method-not-allowed'
import * as registration from '@/lib/oauth/clients/manage-registration'
import { context } from '@/lib/services/services'

const manager = ({ server, authorization, request }: Call) => {
  return { server, authorization, clientId: new URL(request.url).pathname.split('/').at(-1) ?? '' }
}

/** The client configuration endpoint (RFC 7592 §2). */
export const GET = jsonEndpoint(context, async (call) => ({
  body: await registration.readRegistration(manager(call), call.ports),
}))
export const PUT = jsonEndpoint(context, async (call) => ({
  body: await registration.replaceRegistration(manager(call), await call.json(), call.ports),
}))
export const DELETE = jsonEndpoint(context, async (call) => {
  await registration.deleteRegistration(manager(call), call.ports)
  return {}
})
export const OPTIONS = preflightFor('GET, PUT, DELETE, OPTIONS')
export const { PATCH, POST } = refuseMethodsBut('GET', 'PUT', 'DELETE')
