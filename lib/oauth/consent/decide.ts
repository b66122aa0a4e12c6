import { advance, failRequest, type NextStep, newLogin } from '../flow'
import type { AuthorizationRequest, Server } from '../model'
import { type Ports, StoreUnavailable } from '../ports'
import { errorResponse, restoreRedirect } from '../protocol/authorization-response'
import { RedirectedError } from '../protocol/errors'
import { AUTHORIZATION_REQUEST_LIFETIME } from '../protocol/lifetimes'

/**
 * Records the user's decision. Only after Allow are our upstream state, PKCE pair and nonce made; the request and
 * its challenge are re-armed, so that a slow login fits. Pressing Allow again replaces the earlier attempt.
 *
 * @returns null when the request is unknown, expired or over
 */
export async function decide(
  requestId: string,
  decision: 'allow' | 'deny',
  ports: Ports,
): Promise<NextStep | null> {
  try {
    return decision === 'allow' ? await allow(requestId, ports) : await deny(requestId, ports)
  } catch (error) {
    if (!(error instanceof RedirectedError)) throw error
    return { go: 'client', response: errorResponse(error.redirect, error) }
  }
}

async function allow(requestId: string, ports: Ports): Promise<NextStep | null> {
  const now = ports.clock()
  const login = newLogin(ports)
  const request = await ports.requests.allow(requestId, {
    attempt: login,
    expiresAt: new Date(now.getTime() + AUTHORIZATION_REQUEST_LIFETIME * 1000),
    event: { at: now, step: 'decision', outcome: 'ok', reason: 'ok' },
  })
  const server = request && (await ports.servers.find(request.serverId))
  if (!request || !server) return null
  await rearm(request, server, ports)
  return advance({ server, request, login }, ports)
}

async function rearm(request: AuthorizationRequest, server: Server, ports: Ports): Promise<void> {
  // A device has no PKCE, and so no challenge.
  if (request.deviceCodeId) return
  const progress = { server, request }
  try {
    if (await ports.challenges.rearmChallenge(request.id, AUTHORIZATION_REQUEST_LIFETIME)) return
  } catch (error) {
    if (!(error instanceof StoreUnavailable) || error.store !== 'challenges') throw error
    throw await failRequest(
      progress,
      {
        step: 'decision',
        reason: 'store_unavailable',
        code: 'temporarily_unavailable',
        description: 'logins are not possible just now',
      },
      ports,
    )
  }
  throw await failRequest(
    progress,
    {
      step: 'decision',
      reason: 'expired',
      code: 'access_denied',
      description: 'the login took too long, start again',
    },
    ports,
  )
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
