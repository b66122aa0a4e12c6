import { type EndDepartedPorts, endDeparted } from '../flow/end-departed'
import { spendAssertion } from '../flow/spend-assertion'
import type { Ports } from '../ports/ports'
import { OAuthError } from '../protocol/errors'
import { checkLogoutToken, refusal } from '../protocol/logout-token'
import { hashSecret } from '../protocol/secret-hash'
import { withIssuerKeys } from './issuer-keys'

export type BackChannelLogoutPorts = Pick<Ports, 'assertionIds' | 'connections'> & EndDepartedPorts

/**
 * The identity provider of a connection says that a session of a user has ended, or all of them (OpenID Connect
 * Back-Channel Logout 1.0 §2.5 to §2.7): what hangs on them ends here, refresh tokens with `offline_access` as well.
 * Decision 0085.
 *
 * @returns null when there is no such connection to an OpenID provider
 * @throws OAuthError `invalid_request` (400) for a token that is not the provider's, not for us, not fresh, or was used
 *   before; `temporarily_unavailable` (503) when the provider's keys cannot be fetched
 */
export async function backChannelLogout(
  connectionId: string,
  form: URLSearchParams,
  ports: BackChannelLogoutPorts,
): Promise<{ readonly ended: number } | null> {
  const connection = await ports.connections.find(connectionId)
  if (connection?.type !== 'oidc') return null
  const [jwt, ...further] = form.getAll('logout_token')
  if (!jwt || further.length > 0) throw new OAuthError('invalid_request', 'logout_token is missing')
  const sent = await withIssuerKeys(() => ports.upstream.verify(connectionId, jwt))
  if (!sent) throw refusal('its issuer is another one, or did not sign it')
  const { jti, issuedAt, expiresAt, ...who } = checkLogoutToken(sent, sent.audience, ports.clock())
  return spendAssertion(
    {
      hash: hashSecret(JSON.stringify(['logout', connectionId, jti])),
      expiresAt,
      reused: () => refusal('it was used before'),
    },
    async () => ({
      ended: await endDeparted(
        {
          connection,
          who,
          at: issuedAt,
          reason: 'provider_logout',
          action: 'user.signed_out',
          detail: { issuer: String(sent.claims.iss), jti },
        },
        ports,
      ),
    }),
    ports,
  )
}
