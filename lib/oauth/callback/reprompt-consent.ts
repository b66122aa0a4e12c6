import { advance, failRequest, type NextStep, type Progress } from '../flow/flow'
import type { Ports } from '../ports/ports'
import { AUTHORIZATION_REQUEST_LIFETIME } from '../protocol/lifetimes'
import { hashSecret } from '../protocol/secret-hash'

/** A login whose consent does not hold, with its challenge, which was taken (a device has none), and the browser's session cookie. */
export type LapsedLogin = Progress & {
  readonly attemptId: string
  readonly codeChallenge: string
  readonly session: string | undefined
}

/**
 * Sends the browser back to the consent page, as if nothing had been allowed, and forgets who it has been: somebody
 * else has logged in. The client keeps its request, and a later Allow makes a fresh trip.
 *
 * @returns null when the request is over
 * @throws RedirectedError when the client asked not to show anything (`prompt=none`)
 */
export async function askAnew(lapsed: LapsedLogin, ports: Ports): Promise<NextStep | null> {
  const { server, request, attemptId, codeChallenge, session } = lapsed
  if (session) await ports.browserSessions.end(hashSecret(session))
  const failure = { step: 'callback', reason: 'consent_lapsed' } as const
  if (request.prompt.includes('none')) {
    const description = 'the user has to be shown the consent page'
    throw await failRequest(lapsed, { ...failure, code: 'consent_required', description }, ports)
  }
  if (codeChallenge)
    await ports.challenges.saveChallenge(request.id, codeChallenge, AUTHORIZATION_REQUEST_LIFETIME)
  const now = ports.clock()
  const unanswered = await ports.requests.askAnew(request.id, {
    attemptId,
    expiresAt: new Date(now.getTime() + AUTHORIZATION_REQUEST_LIFETIME * 1000),
    event: { at: now, outcome: 'failed', ...failure },
  })
  return unanswered && advance({ server, request: unanswered }, ports)
}
