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

/** What comes with a request besides its parameters. */
type Visit = {
  /** Where it comes from, as far as that may be stored. */
  readonly network?: string | undefined
  /** Asks the limits that instances share: called at the latest before anything is written. */
  readonly admitted?: () => Promise<void>
}

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
 * @throws StoreUnavailable when Postgres is down
 * @throws OAuthError `temporarily_unavailable` (429), of `admitted`
 * @throws Unconfirmed when the server is a remembered one, and anything but a request comes of it
 */
export async function beginAuthorization(
  server: Server,
  sent: URLSearchParams,
  ports: BeginPorts,
  { network, admitted = async () => {} }: Visit = {},
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
      admitted,
    )
  } catch (error) {
    if (!(error instanceof OAuthError) || error.status === 429) throw error
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
  admitted: () => Promise<void>,
): Promise<NextStep | Refusal> {
  const versions = rememberedVersions(server, requester.client)
  const id = ports.requests.draw()
  const saving = settled(ports.challenges.saveChallenge(id, codeChallenge, AUTHORIZATION_REQUEST_LIFETIME))
  // Both ask Redis, so at the same time: one way there and back.
  await admitted()
  const failed = await saving
  const now = ports.clock()
  const { redirectUri, responseMode, state } = requester.redirect
  const wanted = {
    id,
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
  const request = versions
    ? await ports.requests.createRemembered(wanted, versions, event)
    : await ports.requests.create(wanted, event)
  if (!request) throw new Unconfirmed()
  if (!failed) return advance({ server, request }, ports)
  const failure = await failRequest({ server, request }, { step: 'authorize', ...STORE_FAILURE }, ports)
  return refusal(failure, request.reference, requester.client)
}

/** @returns whether the challenge store failed; anything else that fails is thrown */
const settled = (saving: Promise<void>): Promise<boolean> => {
  const outcome = saving.then(
    () => false,
    (error: unknown) => {
      if (error instanceof StoreUnavailable && error.store === 'challenges') return true
      throw error
    },
  )
  // It may fail while something else is waited for.
  outcome.catch(() => {})
  return outcome
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
