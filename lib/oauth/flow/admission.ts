/** What access rules say of a user, wherever one comes to a server. Decision 0079. */
import type { Claims, Grant, Identity, Server, TokenGrant } from '@/lib/oauth/model'
import type { Ports } from '@/lib/oauth/ports/ports'
import {
  type AccessRefusal,
  accessRefusal,
  allowedScope,
  ruledClaims,
} from '@/lib/oauth/protocol/access-rules'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import { PROVISIONED_CLAIM, withProvisioned } from '@/lib/oauth/protocol/user-claims'
import { bestEffort } from './best-effort'
import { type EndGrantPorts, endGrant } from './end-grant'

/** The claims that a server needs to know of its users: for its tokens, and for its rules. */
export const neededClaims = (server: Server): readonly string[] => [
  ...new Set([...server.passedClaims, ...ruledClaims(server)]),
]

/** What is known of a grant's user. A grant that is older than access rules has only what it passes on. */
type KnownUser = Pick<TokenGrant, 'userId' | 'userClaims' | 'provisionedClaims' | 'claims'>

const claimsOf = ({ userClaims, provisionedClaims, claims }: KnownUser): Claims =>
  withProvisioned(userClaims ?? claims, provisionedClaims)

/** What SCIM says of a user who comes, where the server's rules ask for what it may say. */
export const provisionedFor = async (
  { connectionId, ...server }: Server,
  identity: Identity,
  ports: Pick<Ports, 'provisioned'>,
): Promise<Claims | null> =>
  ruledClaims(server).includes(PROVISIONED_CLAIM) ? ports.provisioned.claimsOf(connectionId, identity) : null

/** A client that acts for itself is no user: nothing is asked of it. */
export const refusalOf = (server: Server, grant: KnownUser): AccessRefusal | null =>
  grant.userId === undefined ? null : accessRefusal(server.access, claimsOf(grant))

/** The scope that the user of a grant may have now. */
export const scopeNow = (server: Server, grant: KnownUser, scope: readonly string[]): readonly string[] =>
  grant.userId === undefined ? scope : allowedScope(scope, server.scopes, claimsOf(grant))

/**
 * Ends the grant of a user who may not use the server any more: where the rule is taken back, the user logs in again. The
 * refusal does not hang on that: a code or refresh token may be spent by now, and the rules are asked each time.
 *
 * @throws OAuthError `invalid_grant`
 */
export async function requireAdmission(
  server: Server,
  grant: KnownUser & Pick<Grant, 'id'>,
  ports: EndGrantPorts,
): Promise<void> {
  const refusal = refusalOf(server, grant)
  if (!refusal) return
  const ending = endGrant(grant.id, 'access_refused', ports, { detail: refusalDetail(refusal) })
  await bestEffort('revocation', ending, ports)
  throw new OAuthError('invalid_grant', 'the user may not use this server any more')
}

/** What the operator reads. */
export function refusalDetail({ reason, missing }: AccessRefusal): string {
  const lacking = missing.length > 0 ? ` Claims that were not there: ${missing.join(', ')}.` : ''
  return `${WHY[reason]}${lacking}`
}

const WHY: Readonly<Record<AccessRefusal['reason'], string>> = {
  user_denied: 'The user is listed under deny.',
  condition_denied: 'The condition under deny holds for the user.',
  not_allowed: 'Nothing under allow holds for the user.',
  claims_overage: 'The identity provider only points at a claim that decides.',
}
