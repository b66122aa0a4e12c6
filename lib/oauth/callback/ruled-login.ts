import { neededClaims, provisionedFor, refusalDetail } from '../flow/admission'
import { type FailurePorts, failRequest, upstreamFailure } from '../flow/failure'
import type { Claims } from '../model'
import type { Ports } from '../ports/ports'
import { UpstreamError, type UpstreamLogin } from '../ports/upstream'
import { type AccessRefusal, accessRefusal, allowedScope, unknownToDeny } from '../protocol/access-rules'
import { leavesNothing } from '../protocol/standard-scopes'
import { userClaims, withProvisioned } from '../protocol/user-claims'
import type { ReturningLogin } from './returning-login'

export type RuledLoginPorts = FailurePorts & Pick<Ports, 'provisioned'>

/** What the server's rules leave of a login. */
export type RuledLogin = {
  readonly userClaims: Claims
  /** Of a list of scopes, those that the user may have. */
  allowed(scope: readonly string[]): readonly string[]
}

/**
 * Asks the server's access rules about the user who logged in.
 *
 * @throws FailedLogin when they refuse, or leave nothing of the scope that was asked for; and when what they need could
 *   not be fetched
 */
export async function applyRules(
  pending: ReturningLogin,
  login: UpstreamLogin,
  ports: RuledLoginPorts,
): Promise<RuledLogin> {
  const { server, request } = pending
  const told = userClaims(login.identity, neededClaims(server))
  const claims = withProvisioned(told, await provisionedFor(server, login.identity, ports))
  const refusal = accessRefusal(server.access, claims)
  if (refusal) throw await refuse(pending, login, refusal, ports)
  // What might keep the user out could not be asked.
  const missing = unknownToDeny(server.access, claims)
  if (isAboutClaims(login) && missing.length > 0)
    throw await refuse(pending, login, { reason: 'claims_overage', missing }, ports)
  const allowed = (scope: readonly string[]) => allowedScope(scope, server.scopes, claims)
  if (leavesNothing(request.scope, allowed(request.scope)))
    throw await refuse(pending, login, { reason: 'not_allowed', missing: [] }, ports)
  return { userClaims: told, allowed }
}

/** Remarks that are not about what userinfo said. */
const OF_OTHERS: readonly string[] = ['upstream_clock_skew', 'upstream_no_refresh_token']

const isAboutClaims = ({ remark }: UpstreamLogin) =>
  remark !== undefined && !OF_OTHERS.includes(remark.reason)

/** What userinfo did not say is the provider's trouble, and no answer of the rules. */
function refuse(pending: ReturningLogin, login: UpstreamLogin, refusal: AccessRefusal, ports: FailurePorts) {
  const { remark } = login
  if (remark && isAboutClaims(login) && refusal.missing.length > 0) {
    const failure = upstreamFailure(new UpstreamError(remark.reason, remark.detail), pending.request)
    return failRequest(pending, { step: 'callback', ...failure }, ports)
  }
  const isOverage = refusal.reason === 'claims_overage'
  return failRequest(
    pending,
    {
      step: 'callback',
      reason: isOverage ? 'access_claims_overage' : 'access_refused',
      detail: refusalDetail(refusal),
      code: 'access_denied',
      description: 'the operator does not let this user use the server',
    },
    ports,
  )
}
