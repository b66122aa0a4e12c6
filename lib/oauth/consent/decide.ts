import type { NextStep } from '../flow/flow'
import type { Ports } from '../ports/ports'
import { errorResponse, restoreRedirect } from '../protocol/authorization-response'
import { RedirectedError } from '../protocol/errors'
import { parseScope } from '../protocol/scope'
import { goOn, newAttempt } from './resume-login'

export type Decision = {
  readonly answer: 'allow' | 'deny'
  /** What the page showed as allowed before, as its form sent it back. */
  readonly assumedScope?: string
}

/**
 * Records the user's decision. Pressing Allow again replaces the earlier attempt.
 *
 * @returns null when the request is unknown, expired or over
 */
export async function decide(requestId: string, decision: Decision, ports: Ports): Promise<NextStep | null> {
  try {
    return decision.answer === 'allow'
      ? await allow(requestId, parseScope(decision.assumedScope), ports)
      : await deny(requestId, ports)
  } catch (error) {
    if (!(error instanceof RedirectedError)) throw error
    return { go: 'client', response: errorResponse(error.redirect, error) }
  }
}

async function allow(
  requestId: string,
  assumedScope: readonly string[],
  ports: Ports,
): Promise<NextStep | null> {
  const login = newAttempt(ports)
  const assumed = assumedScope.length > 0 && { assumedScope }
  return goOn(await ports.requests.allow(requestId, { ...login, ...assumed }), login.attempt, ports)
}

async function deny(requestId: string, ports: Ports): Promise<NextStep | null> {
  const event = { at: ports.clock(), step: 'decision', outcome: 'failed', reason: 'denied_by_user' } as const
  const request = await ports.requests.deny(requestId, event)
  const server = request && (await ports.servers.find(request.serverId))
  if (!request || !server) return null
  throw new RedirectedError(
    restoreRedirect(request, server.issuer),
    'access_denied',
    'the user denied the request',
  )
}
