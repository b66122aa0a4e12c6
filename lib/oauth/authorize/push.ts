import { type AuthenticateClientPorts, asClient } from '../clients/authenticate-client'
import { findNewcomer } from '../clients/find-client'
import { KeptOutError, keptOut } from '../clients/standing'
import type { Client, Server } from '../model'
import { OAuthError } from '../protocol/errors'
import { PUSHED_REQUEST_LIFETIME } from '../protocol/lifetimes'
import { requireNoDuplicates } from '../protocol/parameters'
import { validateRequest } from './authorization-request'
import { newRequestUri, type PushedRequestPorts, readParameters } from './pushed-request'
import { requestingClient } from './resolve-client'

export type PushPorts = AuthenticateClientPorts & PushedRequestPorts

/** RFC 9126 §2.2. */
export type PushedAuthorizationResponse = { readonly request_uri: string; readonly expires_in: number }

/** What proves who the client is: never kept. */
const CREDENTIALS = ['client_secret', 'client_assertion', 'client_assertion_type']

/**
 * The pushed authorization request endpoint (RFC 9126 §2): takes the parameters of an authorization request from the
 * client itself and validates them as the authorization endpoint does. They are validated again when the browser comes,
 * since the client or the server may have changed.
 * A client with a metadata document may come here before anywhere else, so it is looked up as at the authorization
 * endpoint.
 *
 * @param authorization the `Authorization` header
 * @throws OAuthError with the codes of RFC 9126 §2.3; also for errors that would be redirected
 */
export async function pushAuthorizationRequest(
  server: Server,
  body: URLSearchParams,
  authorization: string | undefined,
  ports: PushPorts,
): Promise<PushedAuthorizationResponse> {
  const parameters = readParameters(body)
  requireNoDuplicates(parameters)
  // Before anything is fetched for a client: this can be seen at once.
  if (parameters.get('request_uri')) throw new OAuthError('invalid_request', 'request_uri cannot be pushed')
  return asClient(
    { server, authorization, form: parameters },
    ports,
    (client) => push(server, client, body, ports),
    findNewcomer,
  )
}

async function push(
  server: Server,
  client: Client,
  body: URLSearchParams,
  ports: PushPorts,
): Promise<PushedAuthorizationResponse> {
  const parameters = readParameters(body)
  const reason = keptOut(server, client)
  // One that waits goes on to its user, who is told so.
  if (reason && reason !== 'client_waiting') throw new KeptOutError('unauthorized_client', reason)
  if (!parameters.get('client_id')) throw new OAuthError('invalid_request', 'client_id is missing')
  validateRequest(server, requestingClient(server, client, parameters), parameters)
  const pushed = withoutCredentials(body)
  if (pushed.length > MAX_PUSHED)
    throw new OAuthError('invalid_request', `the pushed parameters are longer than ${MAX_PUSHED} bytes`)
  const now = ports.clock()
  const { requestUri, hash } = newRequestUri(ports)
  await ports.pushedRequests.save(
    {
      hash,
      serverId: server.id,
      clientId: client.clientId,
      parameters: pushed,
      expiresAt: new Date(now.getTime() + PUSHED_REQUEST_LIFETIME * 1000),
    },
    now,
  )
  return { request_uri: requestUri, expires_in: PUSHED_REQUEST_LIFETIME }
}

/** Bytes of what is stored of a pushed request. */
const MAX_PUSHED = 8 * 1024

function withoutCredentials(body: URLSearchParams): string {
  return new URLSearchParams([...body].filter(([name]) => !CREDENTIALS.includes(name))).toString()
}
