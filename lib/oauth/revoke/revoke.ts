import { type AuthenticateClientPorts, asClient } from '../clients/authenticate-client'
import { type EndGrantPorts, endGrant } from '../flow/end-grant'
import type { Client, Grant, Server } from '../model'
import type { Ports } from '../ports/ports'
import { OAuthError } from '../protocol/errors'
import { parseParameters, requireNoDuplicates } from '../protocol/parameters'
import { hashSecret } from '../protocol/secret-hash'

export type RevokePorts = Pick<Ports, 'accessTokens' | 'refreshTokens' | 'signer'> &
  AuthenticateClientPorts &
  EndGrantPorts

/**
 * Revocation (RFC 7009 §2). The client authenticates as at the token endpoint and can revoke its own tokens only. A
 * refresh token revokes its grant with all tokens; an access token is revoked alone. A token that is unknown, expired,
 * another client's or another server's has no effect and the same answer, so guessing reveals nothing (RFC 7009 §2.2).
 * `token_type_hint` is accepted and not needed. Decision 0020.
 *
 * @param authorization the `Authorization` header
 * @throws OAuthError `invalid_client` (401), or `invalid_request`
 */
export async function revoke(
  server: Server,
  body: URLSearchParams,
  authorization: string | undefined,
  ports: RevokePorts,
): Promise<void> {
  const form = parseParameters(body)
  requireNoDuplicates(form)
  await asClient({ server, authorization, form }, ports, (client) =>
    revokeToken(form.get('token'), { server, client }, ports),
  )
}

async function revokeToken(token: string | undefined, owner: Owner, ports: RevokePorts): Promise<void> {
  if (!token) throw new OAuthError('invalid_request', 'token is missing')
  if (token.startsWith('vst_rt_')) await revokeRefreshToken(token, owner, ports)
  else if (token.startsWith('vst_at_')) await revokeOpaqueToken(token, owner, ports)
  else await revokeSignedToken(token, owner, ports)
}

type Owner = { readonly server: Server; readonly client: Client }

const owns = ({ server, client }: Owner, grant: Grant) =>
  grant.serverId === server.id && grant.clientRowId === client.id

/** Also a spent one: a client that lost the answer of its last refresh has no other (RFC 7009 §2.1). */
async function revokeRefreshToken(token: string, owner: Owner, ports: RevokePorts): Promise<void> {
  const found = await ports.refreshTokens.find(hashSecret(token))
  if (found && owns(owner, found.grant)) await endGrant(found.grant.id, 'revoked_by_client', ports)
}

async function revokeOpaqueToken(token: string, owner: Owner, ports: RevokePorts): Promise<void> {
  const found = await ports.accessTokens.find(hashSecret(token))
  if (found && owns(owner, found.grant)) await ports.accessTokens.end(found.token.hash)
}

/** Nothing reaches those who verify it offline; introspection knows it as dead from now on. */
async function revokeSignedToken(token: string, owner: Owner, ports: RevokePorts): Promise<void> {
  const claims = await ports.signer.verify(owner.server.id, token)
  const now = ports.clock()
  const { jti: id, gid: grantId, exp } = claims ?? {}
  if (typeof id !== 'string' || typeof grantId !== 'string' || typeof exp !== 'number') return
  const expiresAt = new Date(exp * 1000)
  if (expiresAt <= now) return
  const grant = await ports.grants.find(grantId)
  if (grant && owns(owner, grant)) await ports.accessTokens.revokeSigned({ id, grantId, expiresAt }, now)
}
