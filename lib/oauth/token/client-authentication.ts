import { findClient } from '../clients/find-client'
import type { Client, Server } from '../model'
import type { Ports } from '../ports'
import { readClientCredentials } from '../protocol/client-credentials'
import { OAuthError } from '../protocol/errors'
import type { Parameters } from '../protocol/parameters'
import { equalSecrets, hashSecret } from '../protocol/secret-hash'

/**
 * Authenticates the client of a token request (RFC 6749 §3.2.1). A client that was registered with a secret must
 * give it, in the header or in the body: both are the same proof, and real clients mix them up. A public client
 * must not give one.
 *
 * @param authorization the `Authorization` header
 * @throws OAuthError `invalid_client` (401) or `invalid_request` when two mechanisms are used at once
 */
export async function authenticateClient(
  server: Server,
  authorization: string | undefined,
  form: Parameters,
  ports: Ports,
): Promise<Client> {
  const credentials = readClientCredentials(authorization, form)
  const client = await findClient(server, credentials.clientId, ports)
  if (!client) throw new OAuthError('invalid_client', 'the client is not known here')
  if (!client.secretHash) {
    if (credentials.secret) throw new OAuthError('invalid_client', 'a public client has no secret')
    return client
  }
  if (!credentials.secret) throw new OAuthError('invalid_client', 'the client must authenticate')
  if (!equalSecrets(hashSecret(credentials.secret), client.secretHash))
    throw new OAuthError('invalid_client', 'the client secret is wrong')
  return client
}
