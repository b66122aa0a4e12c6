import { readClientCredentials } from '@/lib/oauth/protocol/client-credentials'
import { parseParameters } from '@/lib/oauth/protocol/parameters'
import type { HttpRequest } from './http-handler'
import { type Limits, limitAuthorization } from './limits'

/**
 * Who a client says it is, in the header or in the body; empty when it says nothing that can be read.
 *
 * @param form the body, when the endpoint has read one
 */
export async function presentedClient(
  authorization: string | undefined,
  form: Promise<URLSearchParams> | undefined,
): Promise<string> {
  try {
    return readClientCredentials(authorization, parseParameters((await form) ?? new URLSearchParams()))
      .clientId
  } catch {
    return ''
  }
}

/**
 * The limits of the authorization endpoint, for those where a login begins without a browser.
 *
 * @throws OAuthError `temporarily_unavailable` (429)
 */
export async function limitNewLogin(call: {
  readonly limits: Limits | undefined
  readonly server: { readonly id: string }
  readonly authorization: string | undefined
  readonly form: () => Promise<URLSearchParams>
  readonly request: HttpRequest
}): Promise<void> {
  const clientId = await presentedClient(call.authorization, call.form())
  await limitAuthorization(call.limits, call.server.id, clientId, call.request)
}
