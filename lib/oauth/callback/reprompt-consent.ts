import { failRequest } from '../flow/failure'
import { advance, type NextStep, type OrderPorts } from '../flow/order'
import type { Ports } from '../ports/ports'
import { AUTHORIZATION_REQUEST_LIFETIME } from '../protocol/lifetimes'
import { hashSecret } from '../protocol/secret-hash'
import type { ReturningLogin } from './returning-login'

export type RepromptConsentPorts = Pick<Ports, 'browserSessions' | 'challenges'> & OrderPorts

/**
 * Sends the browser back to the consent page as if nothing had been allowed, and ends its session: another user has
 * signed in than the remembered one. The client keeps its request, and a later Allow makes a new login attempt.
 *
 * @returns null when the request has ended
 * @throws RedirectedError when the client asked not to show anything (`prompt=none`)
 */
export async function repromptConsent(
  lapsed: ReturningLogin,
  ports: RepromptConsentPorts,
): Promise<NextStep | null> {
  const { server, request, attempt, codeChallenge, session } = lapsed
  if (session) await ports.browserSessions.end(hashSecret(session))
  const failure = { step: 'callback', reason: 'consent_lapsed' } as const
  if (request.prompt.includes('none')) {
    const description = 'the user has to be shown the consent page'
    throw await failRequest(lapsed, { ...failure, code: 'consent_required', description }, ports)
  }
  if (codeChallenge)
    await ports.challenges.saveChallenge(request.id, codeChallenge, AUTHORIZATION_REQUEST_LIFETIME)
  const now = ports.clock()
  const unanswered = await ports.requests.repromptConsent(request.id, {
    attemptId: attempt.id,
    expiresAt: new Date(now.getTime() + AUTHORIZATION_REQUEST_LIFETIME * 1000),
    event: { at: now, outcome: 'failed', ...failure },
  })
  return unanswered && advance({ server, request: unanswered }, ports)
}
