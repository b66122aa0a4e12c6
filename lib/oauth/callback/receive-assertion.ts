import type { Ports } from '../ports/ports'
import { UpstreamError } from '../ports/upstream'
import { AUTHORIZATION_CODE_LIFETIME } from '../protocol/lifetimes'
import { hashSecret } from '../protocol/secret-hash'

export type ReceiveAssertionPorts = Pick<Ports, 'assertionIds' | 'clock'> & {
  readonly samlAssertions: Pick<Ports['samlAssertions'], 'save'>
  readonly secrets: Pick<Ports['secrets'], 'id'>
  readonly upstream: Pick<Ports['upstream'], 'receive'>
}

/**
 * Takes a SAML response that a browser posts from the identity provider's site, and so without our cookies: a validated
 * assertion is kept under a one-time id, with which the browser is sent to the callback. There its cookie is compared
 * with the state, and the assertion with the request of that login. An assertion counts once. Decision 0117.
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
  const received = await receive(connectionId, form.get('SAMLResponse') ?? '', ports)
  if (!received) return null
  if ('failure' in received) return failed(received.failure)
  const { assertion } = received
  const spent = await ports.assertionIds.spend(
    hashSecret(JSON.stringify(['saml', connectionId, assertion.id])),
    assertion.expiresAt,
    async () => {
      const code = ports.secrets.id() + ports.secrets.id()
      const now = ports.clock()
      const expiresAt = new Date(now.getTime() + AUTHORIZATION_CODE_LIFETIME * 1000)
      await ports.samlAssertions.save({ hash: hashSecret(code), connectionId, assertion, expiresAt }, now)
      return code
    },
  )
  return spent ? new URLSearchParams({ state, code: spent.result }) : failed('replayed')
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
