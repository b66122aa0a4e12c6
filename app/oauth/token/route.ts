import { preflight } from '@/lib/http/cors'
import { jsonEndpoint } from '@/lib/http/json-endpoint'
import { exchange } from '@/lib/oauth/token/token-endpoint'
import { context } from '@/lib/services'

/** The token endpoint (RFC 6749 §3.2). */
export const POST = jsonEndpoint(context, async ({ server, authorization, form, ports }) => ({
  body: await exchange(server, await form(), authorization, ports),
}))

export const OPTIONS = preflight
