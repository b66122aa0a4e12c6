import { type AssertionId, spendAssertion } from '../flow/spend-assertion'
import { requireFresh } from '../flow/unconfirmed'
import type { Client, Server, UnusedSecret } from '../model'
import type { Ports } from '../ports/ports'
import { type ClientCredentials, readClientCredentials } from '../protocol/client-credentials'
import { OAuthError } from '../protocol/errors'
import type { Parameters } from '../protocol/parameters'
import { equalSecrets, hashSecret } from '../protocol/secret-hash'
import { type ClientAssertionPorts, verifyClientAssertion } from './client-assertion'
import { type FindClientPorts, findKnownClient } from './find-client'

export type AuthenticateClientPorts = ClientAssertionPorts & FindClientPorts & Pick<Ports, 'assertionIds'>

/** A request that a client makes itself. */
export type ClientRequest = {
  readonly server: Server
  readonly form: Parameters
  /** The `Authorization` header. */
  readonly authorization: string | undefined
}

/**
 * Authenticates the client at the token endpoint (RFC 6749 §3.2.1) and at the revocation endpoint, which wants the
 * same (RFC 7009 §2.1), and answers its request. A client that was registered with a secret must give it, in the header
 * or in the body: both are the same proof, and real clients mix them up. One that signs with a key of its own must do
 * so; one whose document also declares `none` may, and what it signs has to be right, and is good for one answer. A
 * public client must not give any proof. Decision 0008.
 *
 * @param answer what is done for the client
 * @param find how the client is looked up: at most endpoints one that is known by its address has been here before
 * @throws OAuthError `invalid_client` (401), `invalid_request` when two mechanisms are used at once, or
 *   `temporarily_unavailable` when the client's keys cannot be had; and whatever the answer throws
 */
export async function asClient<T>(
  { server, authorization, form }: ClientRequest,
  ports: AuthenticateClientPorts,
  answer: (client: Client) => Promise<T>,
  find: typeof findKnownClient = findKnownClient,
): Promise<T> {
  const credentials = readClientCredentials(authorization, form)
  const client = await find(server, credentials.clientId, ports)
  if (!client) throw new OAuthError('invalid_client', 'the client is not known here')
  const { unusedSecret } = client
  const acting =
    unusedSecret && client.secretHash && !credentials.secret ? asBefore(client, unusedSecret) : client
  if (credentials.assertion) {
    const id = await checkAssertion(server, acting, credentials.assertion, ports)
    return spendAssertion(id, () => answer(acting), ports)
  }
  if (acting.secretHash) checkSecret(credentials, acting.secretHash)
  else checkPublic(credentials, acting)
  if (unusedSecret && acting === client) await ports.clients.confirmSecret(client.id)
  return answer(acting)
}

/** The client as it was before it was issued a secret: the answer with that may have been lost. */
function asBefore({ secretHash: _, ...client }: Client, { before }: UnusedSecret): Client {
  return { ...client, ...before }
}

async function checkAssertion(
  server: Server,
  client: Client,
  jwt: string,
  ports: AuthenticateClientPorts,
): Promise<AssertionId> {
  // An assertion is good once.
  requireFresh(server)
  if (client.secretHash || (!client.jwks && !client.jwksUri))
    throw new OAuthError('invalid_client', 'the client has no key to sign with')
  return verifyClientAssertion(server, client, jwt, ports)
}

function checkSecret({ secret, rawSecret = secret }: ClientCredentials, hash: string): void {
  if (!secret || !rawSecret) throw new OAuthError('invalid_client', 'the client must authenticate')
  if (![secret, rawSecret].some((reading) => equalSecrets(hashSecret(reading), hash)))
    throw new OAuthError('invalid_client', 'the client secret is wrong')
}

function checkPublic({ secret }: ClientCredentials, client: Client): void {
  if (secret) throw new OAuthError('invalid_client', 'a public client has no secret')
  if (client.tokenEndpointAuthMethod !== 'none')
    throw new OAuthError('invalid_client', 'the client must authenticate')
}
