import type { Ports } from '../ports/ports'
import { UpstreamError } from '../ports/upstream'
import { AUTHORIZATION_CODE_LIFETIME } from '../protocol/lifetimes'
import { hashSecret } from '../protocol/secret-hash'

export type ReceiveAssertionPorts = Pick<Ports, 'assertionIds' | 'clock'> & {
  readonly samlAssertions: Pick<Ports['samlAssertions'], 'save'>
  readonly upstream: Pick<Ports['upstream'], 'receive'>
}

/**
 * Takes a SAML response that a browser posts from the identity provider's site, and so without our cookies: a validated
 * assertion is kept under a one-time id, with which the browser is sent to the callback. There its cookie is compared
 * with the state, and the assertion with the request of that login. An assertion counts once: the same response again
 * gets the same one-time id, in case its browser did not get the answer, and that id is good once. Decision 0117.
 *
 * @returns the query of the callback: `state` with `code`, or with why there is none; null: no such connection
 * @throws StoreUnavailable while nothing is spent
 */
export async function receiveAssertion(
  connectionId: string,
  form: URLSearchParams,
  ports: ReceiveAssertionPorts,
): Promise<URLSearchParams | null> {
  const state = form.get('RelayState') ?? ''
  const failed = (error: string) => new URLSearchParams({ state, error })
  const response = form.get('SAMLResponse') ?? ''
  const received = await receive(connectionId, response, ports)
  if (!received) return null
  if ('failure' in received) return failed(received.failure)
  const { assertion } = received
  // Only whoever has the response, with its signature, could know it.
  const code = hashSecret(JSON.stringify(['saml-code', connectionId, state, response]))
  await ports.assertionIds.spend(
    hashSecret(JSON.stringify(['saml', connectionId, assertion.id])),
    assertion.expiresAt,
    async () => {
      const now = ports.clock()
      const expiresAt = new Date(now.getTime() + AUTHORIZATION_CODE_LIFETIME * 1000)
      await ports.samlAssertions.save({ hash: hashSecret(code), connectionId, assertion, expiresAt }, now)
    },
  )
  return new URLSearchParams({ state, code })
}

/** That the metadata cannot be had, the login is told as well. */
async function receive(connectionId: string, response: string, { upstream }: ReceiveAssertionPorts) {
  try {
    return await upstream.receive(connectionId, response)
  } catch (error) {
    if (error instanceof UpstreamError) return { failure: 'metadata' }
    throw error
  }
}
