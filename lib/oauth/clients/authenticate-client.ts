import { requireFresh } from '../flow/unconfirmed'
import type { Client, Server } from '../model'
import { type ClientCredentials, readClientCredentials } from '../protocol/client-credentials'
import { OAuthError } from '../protocol/errors'
import type { Parameters } from '../protocol/parameters'
import { equalSecrets, hashSecret } from '../protocol/secret-hash'
import { type ClientAssertionPorts, verifyClientAssertion } from './client-assertion'
import { type FindClientPorts, findKnownClient } from './find-client'

export type AuthenticateClientPorts = ClientAssertionPorts & FindClientPorts

/**
 * Authenticates the client at the token endpoint (RFC 6749 §3.2.1) and at the revocation endpoint, which wants the
 * same (RFC 7009 §2.1). A client that was registered with a secret must give it, in the header or in the body: both
 * are the same proof, and real clients mix them up. One that signs with a key of its own must do so; one whose
 * document also declares `none` may, and what it signs has to be right. A public client must not give any proof.
 * Decision 0008.
 *
 * @param authorization the `Authorization` header
 * @param find how the client is looked up: at most endpoints one that is known by its address has been here before
 * @throws OAuthError `invalid_client` (401), `invalid_request` when two mechanisms are used at once, or
 *   `temporarily_unavailable` when the client's keys cannot be had
 */
export async function authenticateClient(
  server: Server,
  authorization: string | undefined,
  form: Parameters,
  ports: AuthenticateClientPorts,
  find: typeof findKnownClient = findKnownClient,
): Promise<Client> {
  const credentials = readClientCredentials(authorization, form)
  const client = await find(server, credentials.clientId, ports)
  if (!client) throw new OAuthError('invalid_client', 'the client is not known here')
  if (credentials.assertion) await checkAssertion(server, client, credentials.assertion, ports)
  else if (client.secretHash) checkSecret(credentials, client.secretHash)
  else checkPublic(credentials, client)
  return client
}

async function checkAssertion(
  server: Server,
  client: Client,
  jwt: string,
  ports: AuthenticateClientPorts,
): Promise<void> {
  // An assertion is good once.
  requireFresh(server)
  if (client.secretHash || (!client.jwks && !client.jwksUri))
    throw new OAuthError('invalid_client', 'the client has no key to sign with')
  await verifyClientAssertion(server, client, jwt, ports)
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
