import { failedStep } from '../flow/failure'
import type { NextStep } from '../flow/order'
import { StoreUnavailable } from '../ports/ports'
import { restoreRedirect } from '../protocol/authorization-response'
import { RedirectedError } from '../protocol/errors'
import { parseScope } from '../protocol/scope'
import type { TimelineEvent } from '../timeline'
import { newAllowedLogin, type ResumeLoginPorts, resumeLogin } from './resume-login'

export type DecidePorts = ResumeLoginPorts

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
export async function decide(
  requestId: string,
  decision: Decision,
  ports: DecidePorts,
): Promise<NextStep | null> {
  try {
    return decision.answer === 'allow'
      ? await allow(requestId, parseScope(decision.assumedScope), ports)
      : await deny(requestId, ports)
  } catch (error) {
    if (!(error instanceof RedirectedError)) throw error
    return failedStep(error)
  }
}

async function allow(
  requestId: string,
  assumedScope: readonly string[],
  ports: DecidePorts,
): Promise<NextStep | null> {
  const login = newAllowedLogin(ports)
  const assumed = assumedScope.length > 0 && { assumedScope }
  return resumeLogin(await ports.requests.allow(requestId, { ...login, ...assumed }), login.attempt, ports)
}

async function deny(requestId: string, ports: DecidePorts): Promise<NextStep | null> {
  const at = ports.clock()
  const open = await ports.requests.findOpen(requestId, at)
  if (!open) return null
  const event = { at, step: 'decision', outcome: 'failed', reason: 'denied_by_user' } as const
  if (!(await recordDenial(requestId, event, ports))) return null
  throw new RedirectedError(
    restoreRedirect(open.request, open.server.issuer),
    'access_denied',
    'the user denied the request',
  )
}

/** False when the request was over. The client is told the user's no also when it cannot be written down. */
async function recordDenial(requestId: string, event: TimelineEvent, ports: DecidePorts): Promise<boolean> {
  try {
    return (await ports.requests.deny(requestId, event)) !== null
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) throw error
    ports.background('timeline', Promise.reject(error))
    return true
  }
}
