import type { Client, Grant, RefreshToken, Server } from '../model'
import type { Ports } from '../ports'
import { OAuthError } from '../protocol/errors'
import { REFRESH_GRACE } from '../protocol/lifetimes'
import type { Parameters } from '../protocol/parameters'
import { checkResources } from '../protocol/resource'
import { isSubset, parseScope } from '../protocol/scope'
import { hashSecret } from '../protocol/secret-hash'
import { withIdToken } from './id-token'
import { issueTokens, refreshTokenRow, type TokenResponse } from './issue'

/**
 * `grant_type=refresh_token` (RFC 6749 §6) with rotation (RFC 9700 §4.14). The successor is derived from the
 * presented token, so that a retry within the grace window, from another tab or after a lost response, gets the
 * same one although only hashes are stored. Outside the window a spent token means theft: the grant ends.
 *
 * @throws OAuthError `invalid_grant`, `invalid_scope`, `invalid_target` or `invalid_request`
 */
export async function refreshTokens(
  server: Server,
  client: Client,
  form: Parameters,
  ports: Ports,
): Promise<TokenResponse> {
  const presented = form.get('refresh_token')
  if (!presented) throw new OAuthError('invalid_request', 'refresh_token is missing')
  checkResources(form.getAll('resource'), server)
  const found = await ports.refreshTokens.find(hashSecret(presented))
  if (!found || found.grant.serverId !== server.id || found.grant.clientRowId !== client.id) throw dead()
  const { token, grant } = found
  const scope = narrowedScope(server, grant, form.get('scope'))
  const now = ports.clock()
  const graceStart = new Date(now.getTime() - REFRESH_GRACE * 1000)
  const next = ports.secrets.deriveRefreshToken(presented, token.nonce, token.keyId)
  const successor = refreshTokenRow(next, server, grant, ports)
  if (!(await ports.refreshTokens.rotate(token.hash, successor, { now, graceStart }))) {
    await endIfReused(token, graceStart, ports)
    throw dead()
  }
  const tokens = await issueTokens(server, grant, scope, next, ports)
  return withIdToken(tokens, server, grant, undefined, ports)
}

async function endIfReused(token: RefreshToken, graceStart: Date, ports: Ports): Promise<void> {
  const reused = token.rotatedAt && token.rotatedAt <= graceStart
  if (reused) await ports.grants.revoke(token.grantId, 'refresh_token_reused', ports.clock())
}

/**
 * A refresh may ask for less, and the new refresh token keeps the whole (RFC 6749 §6). Scopes that the server does
 * not offer are ignored, as at the authorization endpoint; offered ones that were not granted are refused.
 */
function narrowedScope(server: Server, grant: Grant, requested: string | undefined): readonly string[] {
  if (requested === undefined) return grant.scope
  const offered = server.scopes.map(({ name }) => name)
  const known = parseScope(requested).filter((name) => offered.includes(name) || grant.scope.includes(name))
  if (!isSubset(known, grant.scope))
    throw new OAuthError('invalid_scope', 'the scope exceeds what was granted: log in again for more')
  return known.length > 0 ? known : grant.scope
}

const dead = () => new OAuthError('invalid_grant', 'the refresh token is unknown, expired or revoked')
