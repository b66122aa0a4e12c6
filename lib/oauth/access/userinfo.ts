import type { Claims, Server, User } from '../model'
import type { Ports } from '../ports/ports'
import { BearerError } from '../protocol/bearer-error'
import { parseScope } from '../protocol/scope'
import { type DescribeTokenPorts, describeAccessToken } from './describe-token'
import { presentedToken, type Transmission } from './presented-token'

export type UserinfoPorts = Pick<Ports, 'users'> & DescribeTokenPorts

/**
 * The userinfo endpoint (OpenID Connect Core §5.3): tells the holder of an access token who its user is, as far as the
 * token's scope goes. The token's audience is the MCP resource, and it is good here all the same: the issuer may
 * always be shown what it issued, and clients have no other. A revoked token is refused at once, whatever its `exp`.
 *
 * @throws BearerError as RFC 6750 §3.1 has it: 400 `invalid_request`, 401, 401 `invalid_token`, 403 `insufficient_scope`
 */
export async function userinfo(
  server: Server,
  transmission: Transmission,
  ports: UserinfoPorts,
): Promise<Claims> {
  const token = await describeAccessToken(server, presentedToken(transmission), ports)
  if (!token) throw invalidToken()
  const scope = parseScope(String(token.scope))
  if (!scope.includes('openid'))
    throw new BearerError('insufficient_scope', 'the token was not granted openid', ['openid'])
  const user = await ports.users.find(String(token.sub))
  if (!user) throw invalidToken()
  return claimsOf(user, scope)
}

/** OpenID Connect Core §5.4; what the identity provider did not say is left out. */
function claimsOf({ id, name, email, emailVerified }: User, scope: readonly string[]) {
  return {
    sub: id,
    ...(scope.includes('profile') && name && { name }),
    ...(scope.includes('email') && email && { email, email_verified: emailVerified }),
  }
}

const invalidToken = () => new BearerError('invalid_token', 'the token is unknown, expired or revoked')
