import { requireAdmission, scopeNow } from '../flow/admission'
import { endGrant } from '../flow/end-grant'
import { rememberedVersions, Unconfirmed } from '../flow/unconfirmed'
import {
  endOldLogin,
  isLoginOld,
  isUpstreamOld,
  keepUpstreamSession,
  lacksClaims,
  loginOver,
  maxAgeOf,
  type UpstreamSessionPorts,
} from '../flow/upstream-session'
import type { Grant, RefreshToken, Server } from '../model'
import type { Ports } from '../ports/ports'
import type { RememberedVersions } from '../ports/tokens'
import { hasAccessRules } from '../protocol/access-rules'
import { OAuthError } from '../protocol/errors'
import {
  REFRESH_GRACE,
  REFRESH_TOKEN_MAX_LIFETIME,
  UPSTREAM_MAX_AGE,
  UPSTREAM_OUTAGE_GRACE,
} from '../protocol/lifetimes'
import { checkResources } from '../protocol/resource'
import { isSubset, parseScope } from '../protocol/scope'
import { hashSecret, successorNonce } from '../protocol/secret-hash'
import { type IssuePorts, newRefreshToken, prepareTokens, type TokenResponse } from './issue'
import type { TokenRequest } from './token-request'

export type RefreshTokenPorts = Pick<Ports, 'refreshTokens'> & IssuePorts & UpstreamSessionPorts

/**
 * `grant_type=refresh_token` (RFC 6749 §6) with rotation (RFC 9700 §4.14). The successor is derived from the
 * presented token, so that a retry within the grace window, from another tab or after a lost response, gets the
 * same one although only hashes are stored. Outside the window a spent token means theft: the grant ends.
 *
 * The identity provider is asked first, where there is something to ask: when it refuses there is no successor that
 * could be used, and when it is down the client's token is as good as before. Decision 0006, decision 0029.
 *
 * @throws OAuthError `invalid_grant`, `invalid_scope`, `invalid_target`, `invalid_request`, or
 *   `temporarily_unavailable` when the identity provider is down for too long
 */
export async function refreshTokens(request: TokenRequest, ports: RefreshTokenPorts): Promise<TokenResponse> {
  const { server, client, form } = request
  const presented = form.get('refresh_token')
  if (!presented) throw new OAuthError('invalid_request', 'refresh_token is missing')
  checkResources(form.getAll('resource'), server)
  const remembered = rememberedVersions(server, client)
  return remembered ? renew(request, presented, remembered, ports) : rotate(request, presented, ports)
}

/**
 * An attempt from memory: one statement, which finds the token only if it is simply good. All else is for
 * {@link rotate}. Decision 0061.
 *
 * @throws Unconfirmed, OAuthError `invalid_grant` where access rules refuse its user: nothing was issued that counts
 */
async function renew(
  { server, client, form, network, hasHungUp }: TokenRequest,
  presented: string,
  remembered: RememberedVersions,
  ports: RefreshTokenPorts,
): Promise<TokenResponse> {
  const { secrets } = ports
  const tokens = await prepareTokens(server, ports)
  const [nonce, keyId] = [successorNonce(presented, client.id), secrets.currentKeyId()]
  const next = secrets.deriveRefreshToken(presented, nonce, keyId)
  const requested = parseScope(form.get('scope'))
  const scope = requested.length > 0 ? requested : undefined
  const grant = await ports.refreshTokens.renew({
    presented: { hash: hashSecret(presented), nonce, keyId },
    serverId: server.id,
    clientRowId: client.id,
    remembered,
    ...(scope && { scope }),
    successor: newRefreshToken(next, server, { clientRowId: client.id, network }, ports),
    familyLifetime: REFRESH_TOKEN_MAX_LIFETIME,
    upstreamMaxAge: server.upstreamMaxAge ?? UPSTREAM_MAX_AGE,
    ...(server.upstreamMaxAge !== undefined && { loginMaxAge: server.upstreamMaxAge }),
    ruled: hasAccessRules(server),
    hasHungUp,
    ...(tokens.accessToken && { accessToken: tokens.accessToken }),
  })
  if (!grant) throw new Unconfirmed()
  await requireAdmission(server, grant, ports)
  return tokens.respond(grant, scopeNow(server, grant, scope ?? grant.scope), {
    refreshToken: next,
    idToken: {},
  })
}

async function rotate(
  { server, client, form, network, hasHungUp }: TokenRequest,
  presented: string,
  ports: RefreshTokenPorts,
): Promise<TokenResponse> {
  const found = await ports.refreshTokens.find(hashSecret(presented))
  if (!found || found.grant.serverId !== server.id || found.grant.clientRowId !== client.id)
    throw invalidGrant()
  const { token } = found
  let { grant } = found
  // Nothing is spent, so that it goes on where the operator takes the block back.
  if (grant.blocked) throw invalidGrant()
  const requested = narrowedScope(server, grant, form.get('scope'))
  if (isUpstreamDue(found, server, ports.clock()) && isActive(token, ports.clock()) && !grant.revokedAt) {
    await askUpstream(grant, server, ports)
    // With the claims that came along, whoever fetched them.
    grant = (await ports.grants.find(grant.id)) ?? grant
  }
  const scope = scopeNow(server, grant, requested)
  const tokens = await prepareTokens(server, ports)
  const next = ports.secrets.deriveRefreshToken(presented, token.nonce, token.keyId)
  const outcome = await ports.refreshTokens.rotate(token.hash, {
    successor: { ...newRefreshToken(next, server, { ...grant, network }, ports), grantId: grant.id },
    hasHungUp,
    ...(tokens.accessToken && { accessToken: { ...tokens.accessToken, grantId: grant.id, scope } }),
    grace: REFRESH_GRACE,
  })
  if (outcome === 'reused') await endGrant(token.grantId, 'refresh_token_reused', ports)
  if (outcome !== 'rotated') throw invalidGrant()
  await requireAdmission(server, grant, ports)
  return tokens.respond(grant, scope, { refreshToken: next, idToken: {} })
}

/** Whether the upstream token has expired, or is so old that the operator wants to hear of its user again. */
function isUpstreamDue(
  { grant, upstreamExpiresAt, upstreamUpdatedAt, upstreamRenewable }: FoundToken,
  server: Server,
  now: Date,
): boolean {
  if (upstreamUpdatedAt === undefined) return false
  if (upstreamExpiresAt !== undefined && upstreamExpiresAt <= now) return true
  return upstreamRenewable
    ? isUpstreamOld(upstreamUpdatedAt, maxAgeOf(server, grant), now)
    : isLoginOld(server, upstreamUpdatedAt, now)
}

type FoundToken = NonNullable<Awaited<ReturnType<RefreshTokenPorts['refreshTokens']['find']>>>

/** A spent or revoked token makes no upstream request. */
const isActive = ({ expiresAt, rotatedAt }: RefreshToken, now: Date): boolean =>
  expiresAt > now && (!rotatedAt || rotatedAt.getTime() > now.getTime() - REFRESH_GRACE * 1000)

/**
 * Checks whether the user may still sign in, when the upstream token has expired. If the identity provider refuses, the
 * grant ends and the rotation that follows fails; if it does not answer, access continues for a day. So it ends where the
 * provider cannot be asked, and the login is older than the operator allows.
 */
async function askUpstream(grant: Grant, server: Server, ports: RefreshTokenPorts): Promise<void> {
  const { status, problem } = await keepUpstreamSession(
    grant,
    { margin: 0, ...maxAgeOf(server, grant) },
    ports,
  )
  if (status && (await endOldLogin(grant, status, server, ports))) throw loginOver()
  if (problem !== 'unavailable') return
  const since = status?.failingSince?.getTime() ?? ports.clock().getTime()
  const isShort = ports.clock().getTime() - since < UPSTREAM_OUTAGE_GRACE * 1000
  if (isShort && !lacksClaims(server, grant)) return
  throw new OAuthError('temporarily_unavailable', 'the identity provider does not answer, try again later')
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

const invalidGrant = () => new OAuthError('invalid_grant', 'the refresh token is unknown, expired or revoked')
