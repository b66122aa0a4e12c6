import { isForm } from '@/lib/http/body'
import { preflight } from '@/lib/http/cors'
import { type Call, jsonEndpoint } from '@/lib/http/json-endpoint'
import { refuseMethodsBut } from '@/lib/http/method-not-allowed'
import { userinfo } from '@/lib/oauth/access/userinfo'
import { context } from '@/lib/services/services'

const answer = async ({ server, authorization, form, ports, request }: Call) => {
  const query = new URL(request.url).searchParams
  const transmission = { authorization, query, ...(isForm(request) && { form: await form() }) }
  return { body: await userinfo(server, transmission, ports) }
}

/** The userinfo endpoint (OpenID Connect Core §5.3.1). */
export const GET = jsonEndpoint(context, answer, { fromMemory: true })

export const POST = GET

export const OPTIONS = preflight

export const { DELETE, PATCH, PUT } = refuseMethodsBut('GET', 'POST')
