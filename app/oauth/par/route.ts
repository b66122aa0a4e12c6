import { preflight } from '@/lib/http/cors'
import { jsonEndpoint } from '@/lib/http/json-endpoint'
import { refuseMethodsBut } from '@/lib/http/method-not-allowed'
import { limitNewLogin } from '@/lib/http/presented-client'
import { pushAuthorizationRequest } from '@/lib/oauth/authorize/push'
import { context } from '@/lib/services/services'

/** The pushed authorization request endpoint (RFC 9126 §2). */
export const POST = jsonEndpoint(context, async (call) => {
  const { server, authorization, ports } = call
  await limitNewLogin(call)
  return {
    body: await pushAuthorizationRequest(server, await call.form(), authorization, ports),
    status: 201,
  }
})

export const OPTIONS = preflight

export const { DELETE, GET, PATCH, PUT } = refuseMethodsBut('POST')
