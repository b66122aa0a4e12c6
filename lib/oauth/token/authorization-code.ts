import { blockedGrant } from '../clients/blocked'
import { type EndGrantPorts, endGrant } from '../flow/end-grant'
import type { Ports } from '../ports/ports'
import { OAuthError } from '../protocol/errors'
import { SPENT_CODE_LIFETIME } from '../protocol/lifetimes'
import type { Parameters } from '../protocol/parameters'
import { deriveCodeChallenge, isCodeVerifier } from '../protocol/pkce'
import { checkResources } from '../protocol/resource'
import { hashSecret } from '../protocol/secret-hash'
import { type IdTokenPorts, withIdToken } from './id-token'
import { type IssuePorts, issueTokens, refreshTokenRow, type TokenResponse } from './issue'
import type { TokenRequest } from './token-request'

export type AuthorizationCodePorts = Pick<Ports, 'challenges' | 'requests'> &
  EndGrantPorts &
  IdTokenPorts &
  IssuePorts

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
  const redirectUri = form.get('redirect_uri')
  const codeHash = hashSecret(code)
  const redemption = await ports.challenges.redeemCode(
    codeHash,
    {
      codeChallenge: deriveCodeChallenge(verifier),
      serverId: server.id,
      clientId: client.clientId,
      ...(redirectUri !== undefined && { redirectUri }),
    },
    SPENT_CODE_LIFETIME,
  )
  if (redemption.outcome === 'refused') throw invalidGrant()
  const tokens = await redeemGrant(request, redemption.grantId, codeHash, ports)
  const at = ports.clock()
  if (!tokens) {
    await endGrant(redemption.grantId, 'code_replayed', ports)
    const event = { at, step: 'token', outcome: 'failed', reason: 'code_replayed' } as const
    await ports.requests.record(redemption.requestId, event)
    throw invalidGrant()
  }
  await ports.requests.record(redemption.requestId, { at, step: 'token', outcome: 'ok', reason: 'ok' })
  return tokens
}

/**
 * Postgres has the last word: null when it knows the code as redeemed or the grant as ended, even if the challenge
 * store fell back to a stale copy. And a code that the challenge store calls spent still counts here once, so that a
 * client whose first try met an outage in between may try again.
 */
export async function redeemGrant(
  { server, client, network }: TokenRequest,
  grantId: string,
  codeHash: string,
  ports: AuthorizationCodePorts,
): Promise<TokenResponse | null> {
  const now = ports.clock()
  const refreshToken = client.grantTypes.includes('refresh_token')
    ? ports.secrets.token('vst_rt_')
    : undefined
  const row = refreshToken
    ? refreshTokenRow(refreshToken, server, { id: grantId, createdAt: now, network }, ports)
    : null
  const grant = await ports.grants.redeem(grantId, codeHash, row, now, network)
  if (!grant || grant.serverId !== server.id || grant.clientRowId !== client.id) return null
  if (grant.blocked) throw blockedGrant()
  const tokens = await issueTokens(server, grant, grant.scope, refreshToken, ports)
  return withIdToken(tokens, server, grant, grant.nonce, ports)
}

function required(form: Parameters, name: string): string {
  const value = form.get(name)
  if (!value) throw new OAuthError('invalid_request', `${name} is missing`)
  return value
}

const invalidGrant = () =>
  new OAuthError('invalid_grant', 'the code is unknown, expired or not for this request')
