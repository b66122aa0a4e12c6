import { neededClaims, provisionedFor } from '../flow/admission'
import { judgeLogins } from '../flow/asserted-admission'
import { type AssertionId, spendAssertion } from '../flow/spend-assertion'
import type { Claims, Client, Identity, Server, TrustedIssuer } from '../model'
import type { Ports } from '../ports/ports'
import { accessRefusal, allowedScope } from '../protocol/access-rules'
import { OAuthError } from '../protocol/errors'
import { type AssertedIdentity, checkIdJag, readIdJag, refusal } from '../protocol/id-jag'
import type { Parameters } from '../protocol/parameters'
import { passedClaims } from '../protocol/passed-claims'
import { checkResources } from '../protocol/resource'
import { intersect, parseScope } from '../protocol/scope'
import { hashSecret } from '../protocol/secret-hash'
import { userClaims, withProvisioned } from '../protocol/user-claims'
import { type IssuePorts, issueTokens, type TokenResponse } from './issue'
import type { TokenRequest } from './token-request'
import { findIssuerKeys, type TrustedIssuerKeysPorts } from './trusted-issuer-keys'

export type JwtBearerPorts = Pick<
  Ports,
  'accessTokens' | 'assertionIds' | 'assertionVerifier' | 'logins' | 'provisioned' | 'users'
> &
  IssuePorts &
  TrustedIssuerKeysPorts

/**
 * `grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer` with an identity assertion (ID-JAG; MCP Enterprise-Managed
 * Authorization §5): the company's identity provider authorized this user and client, without consent here. Users are
 * those of that provider's logins. There is no refresh token: the client presents another assertion, so that access
 * which the company withdraws ends with the access token. Decision 0035.
 *
 * @throws OAuthError `invalid_grant` for an invalid assertion, `unauthorized_client`, `invalid_scope`,
 *   `invalid_target`, `invalid_request`, or `temporarily_unavailable` when the issuer's keys cannot be fetched
 */
export async function redeemIdentityAssertion(
  request: TokenRequest,
  ports: JwtBearerPorts,
): Promise<TokenResponse> {
  const { server, client, form, network } = request
  const jwt = form.get('assertion')
  if (!jwt) throw new OAuthError('invalid_request', 'assertion is missing')
  checkResources(form.getAll('resource'), server)
  const { header, issuer } = readIdJag(jwt)
  const trusted = server.trustedIssuers.find((entry) => entry.issuer === issuer)
  if (!trusted) throw refusal('its issuer is not trusted here')
  requireProof(trusted, client, form)
  const keys = await findIssuerKeys(trusted, header, ports)
  const claims = await ports.assertionVerifier.verify(jwt, header.alg, keys)
  if (!claims) throw refusal('no key of its issuer has signed it')
  const now = ports.clock()
  const asserted = checkIdJag(claims, { ...trusted, server, clientId: client.clientId, now })
  const identity = identityOf(trusted, asserted, claims)
  const told = userClaims(identity, neededClaims(server))
  const known = withProvisioned(told, await provisionedFor(server, identity, ports))
  const { organizationId } = server
  const verdict = await judgeLogins(server, { organizationId, identity }, known, ports)
  if (accessRefusal(server.access, known) || verdict.isRefused)
    throw refusal('its user may not use this server')
  const given = grantedScope(server, trusted, asserted, form.get('scope'))
  const scope = verdict.allowed(allowedScope(given, server.scopes, known))
  const passed = passedClaims(server.passedClaims, { known: claims }, now)
  const login = { server, client, identity, scope, claims: passed, userClaims: told }
  return spendAssertion(
    idOf(server, trusted, asserted),
    async () => {
      const grant = await ports.logins.assert({ ...login, ...(network !== undefined && { network }) }, now)
      if (!grant) throw refusal('its user is blocked here')
      return issueTokens(server, grant, scope, ports)
    },
    ports,
  )
}

/** A client without authentication could be any finder of the assertion (draft §8.1), unless the operator allows it. */
function requireProof(trusted: TrustedIssuer, client: Client, form: Parameters): void {
  const proven = client.tokenEndpointAuthMethod !== 'none' || form.get('client_assertion') !== undefined
  if (!proven && !trusted.publicClients)
    throw new OAuthError('unauthorized_client', 'the client must authenticate to present an assertion')
}

/** Spent last, so that a forged assertion cannot spend that of an honest one (RFC 7523 §3). */
function idOf(server: Server, { issuer }: TrustedIssuer, { jti, expiresAt }: AssertedIdentity): AssertionId {
  const hash = hashSecret(JSON.stringify(['id-jag', server.id, issuer, jti]))
  return { hash, expiresAt, reused: () => refusal('it was used before') }
}

/**
 * What the issuer gave, the operator lets it give, and the client asks for: all three (EMA §7.2.1). An assertion that
 * names no scope gives what the operator listed for its issuer, and nothing where there is no such list.
 */
function grantedScope(
  server: Server,
  trusted: TrustedIssuer,
  asserted: AssertedIdentity,
  requested: string | undefined,
): readonly string[] {
  const offered = server.scopes.map(({ name }) => name)
  const limit = trusted.scopes ? intersect(offered, trusted.scopes) : offered
  const given = asserted.scope ?? trusted.scopes ?? []
  const granted = intersect(given, limit)
  if (given.length > 0 && granted.length === 0) throw refusal('none of its scopes may be had here')
  if (requested === undefined) return granted
  const scope = intersect(parseScope(requested), granted)
  if (granted.length > 0 && scope.length === 0)
    throw new OAuthError('invalid_scope', 'the assertion gives none of these scopes')
  return scope
}

/** Keyed as in a login at the same issuer. */
function identityOf({ issuer, tenant }: TrustedIssuer, asserted: AssertedIdentity, claims: Claims): Identity {
  const { email, email_verified: emailVerified, name } = claims
  return {
    identitySource: tenant === undefined ? issuer : `${issuer} tenant:${tenant}`,
    subject: asserted.subject,
    claims,
    ...(typeof email === 'string' && { email, emailVerified: emailVerified === true }),
    ...(typeof name === 'string' && { name }),
    ...(asserted.authTime && { authTime: asserted.authTime }),
  }
}
