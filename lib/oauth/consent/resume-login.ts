import { advance, failRequest, type Login, type NextStep, newLogin } from '../flow/flow'
import type { AuthorizationRequest, Server } from '../model'
import { type AllowedLogin, type Ports, StoreUnavailable } from '../ports/ports'
import { AUTHORIZATION_REQUEST_LIFETIME } from '../protocol/lifetimes'

/**
 * What Allow makes, and nothing before it: our upstream state, PKCE pair and nonce. The request is re-armed, so that
 * a slow login fits.
 *
 * @param detail for the timeline
 */
export function newAttempt(ports: Ports, detail?: string): AllowedLogin & { readonly attempt: Login } {
  const now = ports.clock()
  return {
    attempt: newLogin(ports),
    expiresAt: new Date(now.getTime() + AUTHORIZATION_REQUEST_LIFETIME * 1000),
    event: { at: now, step: 'decision', outcome: 'ok', reason: 'ok', ...(detail && { detail }) },
  }
}

/**
 * Goes on with a request that was allowed, after its challenge was re-armed, too.
 *
 * @throws RedirectedError when the challenge is gone, or a store or the identity provider is down
 */
export async function goOn(
  request: AuthorizationRequest | null,
  login: Login,
  ports: Ports,
): Promise<NextStep | null> {
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
