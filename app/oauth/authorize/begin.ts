import { addressIn, keptNetwork } from '@/lib/http/client-address'
import type { HttpContext, Remembered } from '@/lib/http/context'
import type { HttpRequest } from '@/lib/http/http-handler'
import { findServer } from '@/lib/http/issuer'
import { beginLimitedAuthorization } from '@/lib/http/limits'
import { beginAuthorization, type Refusal } from '@/lib/oauth/authorize/begin'
import type { NextStep } from '@/lib/oauth/flow/order'
import { Unconfirmed } from '@/lib/oauth/flow/unconfirmed'
import type { Server } from '@/lib/oauth/model'
import { isClientIdUrl } from '@/lib/oauth/protocol/client-id-url'

type Begun = NextStep | Refusal

/**
 * Begins an authorization request at the server whose issuer it was sent to.
 *
 * @param sent the query, or the form that was posted
 * @returns null when there is no such server
 */
export async function begin(
  request: HttpRequest,
  sent: URLSearchParams,
  { publicUrl, ports, remembered, limits }: HttpContext,
): Promise<Begun | null> {
  const known = await findServer(request, publicUrl, (remembered?.ports ?? ports).servers)
  if (!known) return null
  const clientId = sent.get('client_id') ?? ''
  const admitted = await beginLimitedAuthorization(limits, known.id, clientId, request)
  const begun = remembered && (await beginRemembered(known, sent, remembered, admitted))
  if (begun) return begun
  await admitted()
  const server = await findServer(request, publicUrl, ports.servers)
  const network = keptNetwork(addressIn(request.headers))
  return server && beginAuthorization(server, sent, ports, { network })
}

/**
 * With what is kept in memory of server and client. Decision 0052.
 *
 * @returns null when the rows have to be read for it: also for pushed requests and clients with a metadata document,
 *   which read other rows anyway
 */
async function beginRemembered(
  server: Server,
  sent: URLSearchParams,
  { ports, forget }: Remembered,
  admitted: () => Promise<void>,
): Promise<Begun | null> {
  const clientId = sent.get('client_id') ?? ''
  if (sent.has('request_uri') || isClientIdUrl(clientId)) return null
  try {
    return await beginAuthorization(server, sent, ports, { admitted })
  } catch (error) {
    if (!(error instanceof Unconfirmed)) throw error
    forget(server, clientId)
    return null
  }
}
