import { neededClaims, refusalDetail } from '../flow/admission'
import { type FailurePorts, failRequest, upstreamFailure } from '../flow/failure'
import type { Claims } from '../model'
import { UpstreamError, type UpstreamLogin } from '../ports/upstream'
import { type AccessRefusal, accessRefusal, allowedScope } from '../protocol/access-rules'
import { STANDARD_SCOPE_NAMES } from '../protocol/standard-scopes'
import { userClaims } from '../protocol/user-claims'
import type { ReturningLogin } from './returning-login'

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
  ports: FailurePorts,
): Promise<RuledLogin> {
  const { server, request } = pending
  const claims = userClaims(login.identity, neededClaims(server))
  const refusal = accessRefusal(server.access, claims)
  if (refusal) throw await refuse(pending, login, refusal, ports)
  const allowed = (scope: readonly string[]) => allowedScope(scope, server.scopes, claims)
  const own = request.scope.filter((name) => !STANDARD_SCOPE_NAMES.includes(name))
  if (own.length > 0 && allowed(own).length === 0)
    throw await refuse(pending, login, { reason: 'not_allowed', missing: [] }, ports)
  return { userClaims: claims, allowed }
}

/** Remarks that are not about what userinfo said. */
const OF_OTHERS: readonly string[] = ['upstream_clock_skew', 'upstream_no_refresh_token']

/** What userinfo did not say is the provider's trouble, and no answer of the rules. */
function refuse(
  pending: ReturningLogin,
  { remark }: UpstreamLogin,
  refusal: AccessRefusal,
  ports: FailurePorts,
) {
  if (remark && !OF_OTHERS.includes(remark.reason) && refusal.missing.length > 0) {
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
