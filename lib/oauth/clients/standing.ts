/** Which clients may come. Asked wherever a login begins or a token is made. Decision 0095. */
import { requireFresh } from '../flow/unconfirmed'
import type { Client, Server } from '../model'
import type { Ports } from '../ports/ports'
import { isOfHosts } from '../protocol/client-admission'
import { OAuthError, type OAuthErrorCode } from '../protocol/errors'

export type KeptOut = 'client_blocked' | 'client_not_allowed' | 'client_waiting'
export type AdmitPorts = Pick<Ports, 'clients' | 'clock'>

/** What the client is told. */
export const KEPT_OUT: Readonly<Record<KeptOut, string>> = {
  client_blocked: 'the operator has blocked this client',
  client_not_allowed: 'the operator does not let this client in',
  client_waiting: 'this client waits until an administrator allows it',
}

/** What is said at the token endpoint of a grant whose client or user is blocked. */
export const blockedGrant = () =>
  new OAuthError('invalid_grant', 'the operator has blocked the client or its user')

/** A client that may not come: distinct from other refusals, so that user and operator learn the reason. */
export class KeptOutError extends OAuthError {
  constructor(
    code: OAuthErrorCode,
    readonly reason: KeptOut,
  ) {
    super(code, KEPT_OUT[reason], { status: 400 })
    this.name = 'KeptOutError'
  }
}

/**
 * Why a client may not come; null when it may. One that an operator named, and one that was allowed, always may unless it
 * is blocked. One that had tokens before there was a rule of approval needs none.
 *
 * @param redirectUri where this login leads, when it is known
 */
export function keptOut(server: Server, client: Client, redirectUri?: string): KeptOut | null {
  const { clientAdmission: rule } = server
  if (client.blockedAt) return 'client_blocked'
  if (!rule || client.kind === 'preregistered' || client.approvedAt) return null
  if (isOfHosts(rule.hosts, client, redirectUri)) return null
  if (rule.others === 'refuse') return 'client_not_allowed'
  return client.firstTokenAt && !client.askedAt ? null : 'client_waiting'
}

/**
 * Where no user is watching. Never `invalid_client`, which has clients forget their registration and make a new one.
 *
 * @param code that is right at the endpoint
 * @param network where the request comes from, as far as that may be stored
 * @throws KeptOutError when the client may not come; one that waits is in the administrators' list then
 */
export async function requireAdmitted(
  {
    server,
    client,
    network,
  }: { readonly server: Server; readonly client: Client; readonly network?: string },
  code: 'unauthorized_client' | 'invalid_grant',
  ports: AdmitPorts,
): Promise<void> {
  const reason = keptOut(server, client)
  if (!reason) return
  requireFresh(server)
  if (reason === 'client_waiting') await ports.clients.ask(client, network, ports.clock())
  throw new KeptOutError(code, reason)
}
