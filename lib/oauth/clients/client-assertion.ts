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

export type ClientAssertionPorts = Pick<Ports, 'assertionIds' | 'assertionVerifier'> &
  ClientAssertionKeysPorts

/**
 * Authenticates a client by a JWT that it signed (`private_key_jwt`, RFC 7523 §3). An assertion is accepted once; its
 * id is spent last, so that a forged one cannot spend that of an honest one.
 *
 * @throws OAuthError `invalid_client`, or `temporarily_unavailable` when the client's keys cannot be fetched
 */
export async function verifyClientAssertion(
  server: Server,
  client: Client,
  jwt: string,
  ports: ClientAssertionPorts,
): Promise<void> {
  const { header } = readAssertion(jwt)
  const keys = await findAssertionKeys(client, header, ports)
  const claims = await ports.assertionVerifier.verify(jwt, header.alg, keys)
  if (!claims) throw refusal('no key of the client has signed it')
  const now = ports.clock()
  const audiences = assertionAudiences(server.issuer)
  const { jti, expiresAt } = checkAssertionClaims(claims, { clientId: client.clientId, audiences, now })
  const idHash = hashSecret(JSON.stringify([client.id, jti]))
  if (!(await ports.assertionIds.use(idHash, expiresAt, now))) throw refusal('it was used before')
}
