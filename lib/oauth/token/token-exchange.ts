import { authenticateResourceServer } from '../clients/authenticate-resource-server'
import { type AccessTokenPorts, findOpaqueAccessToken, findSignedAccessToken } from '../flow/access-token'
import { requireAdmission } from '../flow/admission'
import {
  endOldLogin,
  keepUpstreamSession,
  lacksClaims,
  loginOver,
  maxAgeOf,
  type UpstreamSession,
  type UpstreamSessionPorts,
} from '../flow/upstream-session'
import type { Grant, Server } from '../model'
import type { UpstreamTokenStatus } from '../ports/upstream-tokens'
import { OAuthError } from '../protocol/errors'
import { HANDOFF_MARGIN, UPSTREAM_OUTAGE_GRACE } from '../protocol/lifetimes'
import type { Parameters } from '../protocol/parameters'
import { isSubset } from '../protocol/scope'
import { ACCESS_TOKEN_TYPE, readTokenExchange } from '../protocol/token-exchange'
import { isWithinScope, splitUpstreamScope } from '../protocol/upstream-scope'

export type TokenExchangePorts = AccessTokenPorts & UpstreamSessionPorts

/** The body of a successful answer (RFC 8693 §2.2.1); absent fields are omitted. */
export type HandoffResponse = {
  /** The user's, at the identity provider. */
  readonly access_token: string
  readonly issued_token_type: string
  readonly token_type: 'Bearer'
  /** Seconds; absent when the identity provider did not say. */
  readonly expires_in?: number
  readonly scope: string
}

/**
 * Token exchange (RFC 8693): an access token of ours for the user's upstream access token, for the server's own
 * resource server alone, never for a client. The token is fresh, its scope is within the operator's list, and the
 * exchange is audited before the response. A token of an identity assertion reaches the upstream tokens of its user's
 * last login at this server. Decision 0031, decision 0131.
 *
 * @param authorization `Bearer vst_rs_…`, or Basic with the server's slug and the same credential
 * @throws OAuthError `invalid_client` (401), `unsupported_grant_type`, `invalid_request`, `invalid_target`,
 *   `invalid_scope`, `invalid_grant` when the user has to sign in again, or `temporarily_unavailable` (503)
 */
export async function handOff(
  server: Server,
  form: Parameters,
  authorization: string | undefined,
  ports: TokenExchangePorts,
): Promise<HandoffResponse> {
  authenticateResourceServer(server, authorization)
  const allowed = server.handoffScopes
  if (!allowed) throw new OAuthError('unsupported_grant_type', 'this grant type is not offered')
  const { subjectToken, scope } = readTokenExchange(form)
  if (!isSubset(scope, allowed)) throw new OAuthError('invalid_scope', 'the scope exceeds what is allowed')
  const presented = await findGrant(server, subjectToken, ports)
  const grant = await holderOf(presented, ports)
  if (grant !== presented) await requireAdmission(server, presented, ports)
  const session = await keepUpstreamSession(
    grant,
    { margin: HANDOFF_MARGIN, allowed, ...maxAgeOf(server, grant) },
    ports,
  )
  if (session.status && (await endOldLogin(grant, session.status, server, ports))) throw loginOver()
  if (session.problem === 'unavailable' && lacksClaims(server, grant))
    throw unavailable(session, ports.clock())
  await requireAdmission(server, await asKnownNow(grant, session, ports), ports)
  const held = await ports.upstreamTokens.read(grant.id)
  if (!held) throw over()
  const tokenScope = checkToken(held.status, { session, allowed, scope }, ports.clock())
  await recordHandoff(presented, tokenScope, ports)
  return {
    access_token: held.accessToken,
    issued_token_type: ACCESS_TOKEN_TYPE,
    token_type: 'Bearer',
    ...lifetimeOf(held.status, ports.clock()),
    scope: tokenScope,
  }
}

/** The grant that has the upstream tokens: an assertion, which no redirect brought, has none of its own. */
const holderOf = async (grant: Grant, ports: TokenExchangePorts): Promise<Grant> =>
  (grant.redirectUri === undefined && (await ports.grants.loginOfAsserted(grant))) || grant

/** With the claims that came along. */
const asKnownNow = async (grant: Grant, { isNew }: UpstreamSession, ports: TokenExchangePorts) =>
  (isNew && (await ports.grants.find(grant.id))) || grant

/** A token that is not ours is a bad request (RFC 8693 §2.2.2); a grant that has ended needs a new login. */
async function findGrant(server: Server, subjectToken: string, ports: TokenExchangePorts): Promise<Grant> {
  const find = subjectToken.startsWith('vst_at_') ? findOpaqueAccessToken : findSignedAccessToken
  const found = await find(server, subjectToken, ports)
  if (!found)
    throw new OAuthError('invalid_request', 'subject_token is not a good access token of this server')
  if (found.grant.revokedAt || found.grant.blocked) throw over()
  return found.grant
}

type Terms = {
  readonly session: UpstreamSession
  readonly allowed: readonly string[]
  /** What the resource server asked for. */
  readonly scope: readonly string[]
}

/** Checks the very token that will be returned, and returns its scope. */
function checkToken(status: UpstreamTokenStatus, { session, allowed, scope }: Terms, now: Date): string {
  const isOver = status.expiresAt !== undefined && status.expiresAt <= now && session.problem !== undefined
  const isWithin = isWithinScope(status.scope, allowed)
  const isOutageOver =
    status.failingSince !== undefined &&
    now.getTime() - status.failingSince.getTime() >= UPSTREAM_OUTAGE_GRACE * 1000
  if ((isOver || !isWithin || isOutageOver) && session.problem === 'unavailable')
    throw unavailable(session, now)
  if (isOver) throw over()
  if (!isWithin || status.scope === undefined)
    throw new OAuthError('invalid_scope', 'the upstream token may do more than is allowed here')
  if (!isSubset(scope, splitUpstreamScope(status.scope)))
    throw new OAuthError('invalid_scope', 'the user has not given the upstream token this scope')
  return status.scope
}

function unavailable({ status }: UpstreamSession, now: Date): OAuthError {
  const seconds = status?.retryAt ? Math.ceil((status.retryAt.getTime() - now.getTime()) / 1000) : 0
  return new OAuthError('temporarily_unavailable', 'the identity provider does not answer, try again later', {
    retryAfter: Math.max(seconds, 5),
  })
}

/** Before the response: an exchange without an entry would be a hole in the audit log. */
async function recordHandoff(grant: Grant, scope: string, ports: TokenExchangePorts): Promise<void> {
  const { id: grantId, serverId, userId, clientId } = grant
  const at = ports.clock()
  const event = { at, kind: 'token_handed_off', serverId, grantId, userId, clientId, detail: scope } as const
  await ports.securityEvents.record(event)
}

function lifetimeOf({ expiresAt }: UpstreamTokenStatus, now: Date): { readonly expires_in?: number } {
  if (!expiresAt) return {}
  return { expires_in: Math.max(0, Math.floor((expiresAt.getTime() - now.getTime()) / 1000)) }
}

const over = () =>
  new OAuthError('invalid_grant', 'the session at the identity provider is over: log in again')
