import { blockedGrant } from '../clients/standing'
import { requireAdmission, scopeNow } from '../flow/admission'
import { bestEffort } from '../flow/best-effort'
import { type EndGrantPorts, endGrant } from '../flow/end-grant'
import { rememberedVersions, requireFresh } from '../flow/unconfirmed'
import type { Ports } from '../ports/ports'
import type { Redemption } from '../ports/tokens'
import { hasAccessRules } from '../protocol/access-rules'
import { OAuthError } from '../protocol/errors'
import { SPENT_CODE_LIFETIME } from '../protocol/lifetimes'
import type { Parameters } from '../protocol/parameters'
import { deriveCodeChallenge, isCodeVerifier } from '../protocol/pkce'
import { checkResources } from '../protocol/resource'
import { hashSecret } from '../protocol/secret-hash'
import { type Issuance, type IssuePorts, newRefreshToken, prepareTokens, type TokenResponse } from './issue'
import type { TokenRequest } from './token-request'

export type RedeemPorts = IssuePorts & EndGrantPorts

export type AuthorizationCodePorts = Pick<Ports, 'challenges' | 'requests'> & RedeemPorts

/**
 * `grant_type=authorization_code` (RFC 6749 §4.1.3, RFC 7636 §4.6). Everything about the request is checked before
 * the code is touched, and the code is consumed only when client, redirect URI and verifier are right: a thief
 * without the verifier cannot burn it. The same proof a second time is a replay, and ends the grant (OAuth 2.1 §4.1.3).
 * Decision 0005.
 *
 * @throws OAuthError
 */
export async function redeemAuthorizationCode(
  request: TokenRequest,
  ports: AuthorizationCodePorts,
): Promise<TokenResponse> {
  const { server, client, form } = request
  const code = required(form, 'code')
  const verifier = required(form, 'code_verifier')
  checkResources(form.getAll('resource'), server)
  if (!isCodeVerifier(verifier)) throw new OAuthError('invalid_grant', 'the code verifier is malformed')
  const remembered = rememberedVersions(server, client)
  const tokens = await prepareTokens(server, ports)
  const redirectUri = form.get('redirect_uri')
  const redemption = await ports.challenges.redeemCode(
    hashSecret(code),
    {
      codeChallenge: deriveCodeChallenge(verifier),
      serverId: server.id,
      clientId: client.clientId,
      ...(redirectUri !== undefined && { redirectUri }),
    },
    SPENT_CODE_LIFETIME,
  )
  if (redemption.outcome === 'refused') throw invalidGrant()
  const redeemable = { grantId: redemption.grantId, code, remembered }
  const response = await redeemGrant(request, redeemable, tokens, ports)
  if (response) return response
  requireFresh(server)
  await endGrant(redemption.grantId, 'code_replayed', ports)
  const replayed = { at: ports.clock(), step: 'token', outcome: 'failed', reason: 'code_replayed' } as const
  await bestEffort('timeline', ports.requests.record(redemption.requestId, replayed), ports)
  throw invalidGrant()
}

/** A code or device code that is right, and the grant that it is for. */
type Redeemable = Pick<Redemption, 'grantId' | 'remembered'> & { readonly code: string }

/**
 * Postgres has the last word: null when it knows the code as redeemed or the grant as ended, even if the challenge
 * store fell back to a stale copy. And a code that the challenge store calls spent still counts here once, so that a
 * client whose first try met an outage in between may try again. The first refresh token is derived from the code, so
 * that such a retry gets the same one. Decision 0053.
 *
 * @throws StoreUnavailable
 */
export async function redeemGrant(
  { server, client, network, hasHungUp }: TokenRequest,
  { code, grantId, remembered }: Redeemable,
  tokens: Issuance,
  ports: RedeemPorts,
): Promise<TokenResponse | null> {
  const { secrets, clock } = ports
  const refreshToken = client.grantTypes.includes('refresh_token')
    ? secrets.deriveRefreshToken(code, grantId, secrets.currentKeyId())
    : undefined
  const family = { clientRowId: client.id, createdAt: clock(), network }
  const grant = await ports.grants.redeem({
    grantId,
    remembered,
    serverId: server.id,
    clientRowId: client.id,
    ruled: hasAccessRules(server),
    codeHash: hashSecret(code),
    network,
    hasHungUp,
    refreshToken:
      refreshToken === undefined ? undefined : newRefreshToken(refreshToken, server, family, ports),
    accessToken: tokens.accessToken,
  })
  if (!grant) return null
  if (grant.blocked) throw blockedGrant()
  await requireAdmission(server, grant, ports)
  return tokens.respond(grant, scopeNow(server, grant, grant.scope), {
    refreshToken,
    idToken: { nonce: grant.nonce },
  })
}

function required(form: Parameters, name: string): string {
  const value = form.get(name)
  if (!value) throw new OAuthError('invalid_request', `${name} is missing`)
  return value
}

const invalidGrant = () =>
  new OAuthError('invalid_grant', 'the code is unknown, expired or not for this request')
