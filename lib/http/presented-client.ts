import { readClientCredentials } from '@/lib/oauth/protocol/client-credentials'
import { parseParameters } from '@/lib/oauth/protocol/parameters'

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
