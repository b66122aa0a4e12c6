import { type FindClientPorts, findClient } from '../clients/find-client'
import { KeptOutError, keptOut } from '../clients/standing'
import type { Client, Server } from '../model'
import { resolveRedirectUri } from '../protocol/authorization-response'
import { OAuthError, RedirectedError, type ValidatedRedirect } from '../protocol/errors'
import type { Parameters } from '../protocol/parameters'

export type ResolveClientPorts = FindClientPorts

/** The client and the validated redirect URI: an error may be redirected there. */
export type RequestingClient = { readonly client: Client; readonly redirect: ValidatedRedirect }

/** The client has to be allowed by an administrator first: its user is told so, and then the client. */
export class WaitingClientError extends RedirectedError {
  constructor(redirect: ValidatedRedirect) {
    super(
      redirect,
      'access_denied',
      'an administrator has to allow this application first: it is waiting for that',
    )
  }
}

/** Bytes of a parameter that is stored with the request. */
const MAX_PARAMETER = 4096
const STORED = ['state', 'nonce', 'scope', 'login_hint', 'ui_locales', 'redirect_uri']

function refuseLong(name: string, value = ''): void {
  if (Buffer.byteLength(value) > MAX_PARAMETER)
    throw new OAuthError('invalid_request', `${name} is longer than ${MAX_PARAMETER} bytes`)
}

/** The requested redirect URI is none of the client's: nothing may be redirected there. */
export class UnregisteredRedirectUriError extends OAuthError {
  constructor() {
    super('invalid_request', 'redirect_uri is not registered for this client')
  }
}

/**
 * Phase 1: the client and its redirect URI. Errors here are shown to the user and never redirected
 * (RFC 6749 §4.1.2.1, OAuth 2.1 §4.1.2.1).
 *
 * @throws OAuthError `invalid_client`, `invalid_request` or `invalid_request_uri`
 */
export async function resolveClient(
  server: Server,
  parameters: Parameters,
  ports: ResolveClientPorts,
): Promise<RequestingClient> {
  for (const name of ['client_id', 'redirect_uri', 'state'])
    if (parameters.duplicated.includes(name))
      throw new OAuthError('invalid_request', `${name} is given more than once`)
  const clientId = parameters.get('client_id')
  if (!clientId) throw new OAuthError('invalid_request', 'client_id is missing')
  const client = await findClient(server, clientId, ports)
  if (!client) throw new OAuthError('invalid_client', 'the client is not known here', { status: 400 })
  const reason = keptOut(server, client, parameters.get('redirect_uri'))
  if (reason && reason !== 'client_waiting') throw new KeptOutError('unauthorized_client', reason)
  return requestingClient(server, client, parameters)
}

/** @throws WaitingClientError */
export function requireAnswer(server: Server, { client, redirect }: RequestingClient): void {
  if (keptOut(server, client, redirect.redirectUri)) throw new WaitingClientError(redirect)
}

/**
 * The same for a client that is known already.
 *
 * @throws OAuthError as {@link resolveClient}
 */
export function requestingClient(server: Server, client: Client, parameters: Parameters): RequestingClient {
  for (const name of STORED) refuseLong(name, parameters.get(name))
  const state = parameters.get('state')
  if (state?.includes('\0')) throw new OAuthError('invalid_request', 'state holds a NUL')
  const requested = parameters.get('redirect_uri')
  // With pushed parameters, a client sends nothing else: there is no validated address to report the error to.
  if (parameters.get('request_uri') && !requested) throw unusableRequestUri()
  const responseMode = parameters.duplicated.includes('response_mode')
    ? undefined
    : parameters.get('response_mode')
  const redirect = resolveRedirectUri(client, requested, {
    issuer: server.issuer,
    ...(state !== undefined && { state }),
    ...(responseMode && { responseMode }),
  })
  if (!redirect) throw new UnregisteredRedirectUriError()
  return { client, redirect }
}

/** A `request_uri` that is not ours, another client's, or expired (RFC 9101 §7): the same error for all. */
export function unusableRequestUri(): OAuthError {
  return new OAuthError(
    'invalid_request_uri',
    'request_uri was not pushed by this client, or is not good any more',
  )
}
