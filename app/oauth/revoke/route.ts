import { preflight } from '@/lib/http/cors'
import { jsonEndpoint } from '@/lib/http/json-endpoint'
import { refuseMethodsBut } from '@/lib/http/method-not-allowed'
import { revoke } from '@/lib/oauth/revoke/revoke'
import { context } from '@/lib/services/services'

/** The revocation endpoint (RFC 7009 §2). Its body means nothing; some clients want JSON all the same. */
export const POST = jsonEndpoint(context, async ({ server, authorization, form, ports }) => {
  await revoke(server, await form(), authorization, ports)
  return { body: {} }
})

export const OPTIONS = preflight

export const { DELETE, GET, PATCH, PUT } = refuseMethodsBut('POST')
