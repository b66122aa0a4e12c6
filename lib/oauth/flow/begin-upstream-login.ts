import type { Ports } from '@/lib/oauth/ports/ports'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { upstreamScopes } from '@/lib/oauth/protocol/upstream-scope'
import { type FailurePorts, failRequest, upstreamFailure } from './failure'
import type { PendingAttempt, PendingLogin } from './pending-login'

export type BeginUpstreamLoginPorts = Pick<Ports, 'upstream'> & FailurePorts

/**
 * The address at the identity provider where the user's browser goes next.
 *
 * @throws RedirectedError when the identity provider does not answer, or cannot be used
 */
export async function beginUpstreamLogin(
  pending: PendingLogin,
  { state, nonce, codeVerifier }: PendingAttempt,
  ports: BeginUpstreamLoginPorts,
): Promise<string> {
  const { server, request } = pending
  const { prompt, maxAge, uiLocales, loginHint } = request
  try {
    return await ports.upstream.begin(server.connectionId, {
      state,
      nonce,
      codeVerifier,
      scopes: upstreamScopes(server, request.scope),
      resource: server.resource,
      prompt,
      ...(maxAge !== undefined && { maxAge }),
      ...(uiLocales && { uiLocales }),
      ...(loginHint && { loginHint }),
      read: pending.read ?? undefined,
    })
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    throw await failRequest(pending, { step: 'decision', ...upstreamFailure(error, request) }, ports)
  }
}
