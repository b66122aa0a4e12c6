import { KeptOutError } from '../clients/standing'
import { needsInterstitial } from '../flow/error-interstitial'
import { failRequest, STORE_FAILURE } from '../flow/failure'
import { advance, type NextStep, type OrderPorts } from '../flow/order'
import { rememberedVersions, requireFresh, Unconfirmed } from '../flow/unconfirmed'
import type { Client, Server } from '../model'
import { type Ports, StoreUnavailable } from '../ports/ports'
import { ClientDocumentError } from '../protocol/client-document'
import { OAuthError, RedirectedError } from '../protocol/errors'
import { AUTHORIZATION_REQUEST_LIFETIME } from '../protocol/lifetimes'
import type { ReasonCode } from '../timeline'
import { type ValidatedRequest, validateRequest } from './authorization-request'
import { findParameters, type PushedRequestPorts } from './pushed-request'
import {
  type RequestingClient,
  type ResolveClientPorts,
  requireAnswer,
  resolveClient,
  UnregisteredRedirectUriError,
  WaitingClientError,
} from './resolve-client'

export type BeginPorts = Pick<Ports, 'challenges'> & OrderPorts & PushedRequestPorts & ResolveClientPorts

export type Refusal = {
  readonly go: 'refused'
  /** A {@link RedirectedError} may be sent to the client, any other is shown. */
  readonly error: OAuthError
  readonly reason: ReasonCode
  readonly reference: string
  /** The client, when it is known. */
  readonly clientName?: string
  /** Show the error before following the redirect. */
  readonly interstitial: boolean
}

/**
 * Begins an authorization request (RFC 6749 §4.1.1), or one that was pushed (RFC 9126 §4). Repeatable: a second request
 * with the same parameters begins another one and uses nothing up.
 *
 * @param sent the query, or the form that was posted
 * @param network where it comes from, as far as that may be stored
 * @throws StoreUnavailable when Postgres is down
 * @throws Unconfirmed when the server is a remembered one, and anything but a request comes of it
 */
export async function beginAuthorization(
  server: Server,
  sent: URLSearchParams,
  ports: BeginPorts,
  network?: string,
): Promise<NextStep | Refusal> {
  const { parameters, pushedRequestHash } = await findParameters(server, sent, ports)
  let requester: RequestingClient | undefined
  try {
    requester = await resolveClient(server, parameters, ports)
    const asked = validateRequest(server, requester, parameters)
    requireAnswer(server, requester)
    return await start(
      server,
      requester,
      { ...asked, ...(pushedRequestHash && { pushedRequestHash }) },
      ports,
    )
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    requireFresh(server)
    if (requester && error instanceof WaitingClientError)
      await ports.clients.ask(requester.client, network, ports.clock())
    const clientId = parameters.get('client_id')?.slice(0, 200)
    const reference = await ports.requests.refuse({
      serverId: server.id,
      ...(clientId && { clientId }),
      event: {
        at: ports.clock(),
        step: 'authorize',
        outcome: 'failed',
        reason: reasonOf(error),
        detail: error instanceof ClientDocumentError ? error.detail : error.description,
      },
    })
    return refusal(error, reference, requester?.client)
  }
}

function refusal(error: OAuthError, reference: string, client: Client | undefined): Refusal {
  return {
    go: 'refused',
    error,
    reason: reasonOf(error),
    reference,
    interstitial: error instanceof WaitingClientError || needsInterstitial(error, client),
    ...(client?.name && { clientName: client.name }),
  }
}

async function start(
  server: Server,
  requester: RequestingClient,
  { codeChallenge, ...asked }: ValidatedRequest & { readonly pushedRequestHash?: string },
  ports: BeginPorts,
): Promise<NextStep | Refusal> {
  const now = ports.clock()
  const { redirectUri, responseMode, state } = requester.redirect
  const wanted = {
    serverId: server.id,
    clientRowId: requester.client.id,
    clientId: requester.client.clientId,
    redirectUri,
    responseMode,
    ...(state !== undefined && { state }),
    ...asked,
    expiresAt: new Date(now.getTime() + AUTHORIZATION_REQUEST_LIFETIME * 1000),
  }
  const event = { at: now, step: 'authorize', outcome: 'ok', reason: 'ok' } as const
  const versions = rememberedVersions(server, requester.client)
  const request = versions
    ? await ports.requests.createRemembered(wanted, versions, event)
    : await ports.requests.create(wanted, event)
  if (!request) throw new Unconfirmed()
  try {
    await ports.challenges.saveChallenge(request.id, codeChallenge, AUTHORIZATION_REQUEST_LIFETIME)
  } catch (error) {
    if (!(error instanceof StoreUnavailable) || error.store !== 'challenges') throw error
    const failure = await failRequest({ server, request }, { step: 'authorize', ...STORE_FAILURE }, ports)
    return refusal(failure, request.reference, requester.client)
  }
  return advance({ server, request }, ports)
}

function reasonOf(error: OAuthError): ReasonCode {
  if (error instanceof ClientDocumentError) return error.reason
  if (error instanceof KeptOutError) return error.reason
  if (error instanceof WaitingClientError) return 'client_waiting'
  if (error.code === 'invalid_client') return 'unknown_client'
  if (error.code === 'invalid_request_uri') return 'expired'
  if (error.code === 'temporarily_unavailable') return 'store_unavailable'
  return error instanceof UnregisteredRedirectUriError ? 'redirect_uri_mismatch' : 'invalid_request'
}
