import type { AssertionId } from '../flow/spend-assertion'
import type { Client, Server } from '../model'
import type { Ports } from '../ports/ports'
import {
  assertionAudiences,
  checkAssertionClaims,
  readAssertion,
  refusal,
} from '../protocol/client-assertion'
import { hashSecret } from '../protocol/secret-hash'
import { type ClientAssertionKeysPorts, findAssertionKeys } from './client-assertion-keys'

export type ClientAssertionPorts = Pick<Ports, 'assertionVerifier'> & ClientAssertionKeysPorts

/**
 * Authenticates a client by a JWT that it signed (`private_key_jwt`, RFC 7523 §3).
 *
 * @returns the id, still to be spent: last, so that a forged assertion cannot spend that of an honest one
 * @throws OAuthError `invalid_client`, or `temporarily_unavailable` when the client's keys cannot be fetched
 */
export async function verifyClientAssertion(
  server: Server,
  client: Client,
  jwt: string,
  ports: ClientAssertionPorts,
): Promise<AssertionId> {
  const { header } = readAssertion(jwt)
  const keys = await findAssertionKeys(client, header, ports)
  const claims = await ports.assertionVerifier.verify(jwt, header.alg, keys)
  if (!claims) throw refusal('no key of the client has signed it')
  const expected = {
    clientId: client.clientId,
    audiences: assertionAudiences(server.issuer),
    now: ports.clock(),
  }
  const { jti, expiresAt } = checkAssertionClaims(claims, expected)
  const hash = hashSecret(JSON.stringify([client.id, jti]))
  return { hash, expiresAt, reused: () => refusal('it was used before') }
}
