import { createHmac } from 'node:crypto'
import { dismissUpstreamTokens, type EndGrantPorts } from '../flow/end-grant'
import type { Client, JsonMembers, Server, UnusedSecret } from '../model'
import type { RegistrationKey } from '../ports/clients'
import type { Ports, TokenPrefix } from '../ports/ports'
import { checkClientUpdate, clientInformation } from '../protocol/client-configuration'
import type { ClientMetadata } from '../protocol/client-metadata'
import { OAuthError } from '../protocol/errors'
import { hashSecret } from '../protocol/secret-hash'
import type { ReasonCode, TimelineEvent } from '../timeline'
import { hasSecret, parseRegistration, registeredFacts } from './register-client'

export type ManageRegistrationPorts = Pick<Ports, 'registrations' | 'secrets'> & EndGrantPorts

/** A request to read, change or delete a registration. */
export type Manager = {
  readonly server: Server
  /** As the path has it. */
  readonly clientId: string
  /** The `Authorization` header. */
  readonly authorization: string | undefined
}

/**
 * Reads a registration (RFC 7592 §2.1), without the secret, of which only the hash is stored. The registration access
 * token is the presented one. Decision 0032.
 *
 * @throws OAuthError `invalid_token` (401) unless the token manages a client of this server with this id; unknown and
 *   deleted clients cannot be distinguished
 */
export async function readRegistration(
  manager: Manager,
  ports: ManageRegistrationPorts,
): Promise<JsonMembers> {
  const { registration, accessToken } = await authenticate(manager, ports)
  return inform(manager, registration.client, registration.metadata as ClientMetadata, { accessToken })
}

/**
 * Replaces a registration as a whole (RFC 7592 §2.2): what the body leaves out is gone or gets its default, as with a
 * new registration. A client that begins to authenticate by a secret gets one, in every answer until it has used it, and
 * until then may go on as before; one that ceases to loses it. Where clients wait for an administrator, one with another
 * name or redirect URI waits again. Taking back a redirect URI ends the logins that are under way, which may lead there.
 *
 * @param body the parsed JSON body, not yet trusted
 * @throws OAuthError `invalid_token` (401), or what registration and {@link checkClientUpdate} throw
 */
export async function replaceRegistration(
  manager: Manager,
  body: unknown,
  ports: ManageRegistrationPorts,
): Promise<JsonMembers> {
  const { registration, key, accessToken } = await authenticate(manager, ports)
  const { secretHash, redirectUris } = registration.client
  checkClientUpdate(body, registration.client)
  const metadata = parseRegistration(manager.server, body)
  const unusedSecret = hasSecret(metadata) ? secretToIssue(registration.client, ports) : undefined
  const clientSecret = unusedSecret && deriveClientSecret(accessToken, unusedSecret.nonce)
  const kept = hasSecret(metadata) ? secretHash : undefined
  const takesBack = redirectUris.some((uri) => !metadata.redirectUris.includes(uri))
  const facts = registeredFacts(metadata, clientSecret ? hashSecret(clientSecret) : kept)
  const asksAgain =
    manager.server.clientAdmission?.others === 'approval' && isAnother(registration.client, metadata)
  const replaced = await ports.registrations.replace(
    key,
    { ...facts, ...(unusedSecret && { unusedSecret }) },
    {
      secretHash,
      ...(takesBack && { ending: endingBy('client_changed', ports) }),
      ...(asksAgain && { asksAt: ports.clock() }),
    },
  )
  // Another change or a deletion came in between: once more, from what there is now.
  if (!replaced) return replaceRegistration(manager, body, ports)
  return inform(manager, replaced, metadata, { accessToken, ...(clientSecret && { clientSecret }) })
}

/** Whether an administrator would see another client than the one that was allowed. */
const isAnother = ({ name, redirectUris }: Client, { clientName, redirectUris: now }: ClientMetadata) =>
  name !== clientName || now.some((uri) => !redirectUris.includes(uri))

/** A first secret, or one that the client may not have got. One that it has used is not shown again. */
function secretToIssue(
  { secretHash, unusedSecret, tokenEndpointAuthMethod, jwks, jwksUri }: Client,
  { secrets }: ManageRegistrationPorts,
): UnusedSecret | undefined {
  if (secretHash) return unusedSecret
  const before = { tokenEndpointAuthMethod, ...(jwks && { jwks }), ...(jwksUri && { jwksUri }) }
  return { nonce: secrets.id(), before }
}

/**
 * The token that manages a registration is a secret itself, of which we keep only the hash: with the nonce it gives the
 * same client secret again, and to nobody else.
 */
function deriveClientSecret(accessToken: string, nonce: string): string {
  const prefix: TokenPrefix = 'vst_cs_'
  return prefix + createHmac('sha256', accessToken).update(`client secret\0${nonce}`).digest('base64url')
}

/**
 * Deletes a registration (RFC 7592 §2.3), and with it everything that users gave the client. Its id stays taken.
 *
 * @throws OAuthError `invalid_token` (401)
 */
export async function deleteRegistration(manager: Manager, ports: ManageRegistrationPorts): Promise<void> {
  const { key } = keyOf(manager)
  if (!(await ports.registrations.delete(key, endingBy('client_deleted', ports)))) throw refused()
  ports.background('upstream revocation', dismissUpstreamTokens(ports))
}

async function authenticate(manager: Manager, ports: ManageRegistrationPorts) {
  const { key, accessToken } = keyOf(manager)
  const registration = await ports.registrations.find(key)
  if (!registration) throw refused()
  return { registration, key, accessToken }
}

/** Ids and tokens of ours have a form; nothing else is looked up. */
function keyOf({ server, clientId, authorization }: Manager): { key: RegistrationKey; accessToken: string } {
  const accessToken = /^bearer +(vst_rat_[\w-]{1,100}) *$/i.exec(authorization ?? '')?.[1]
  if (!accessToken || !/^[\w-]{1,100}$/.test(clientId)) throw refused()
  return { key: { serverId: server.id, clientId, tokenHash: hashSecret(accessToken) }, accessToken }
}

function inform(
  { server: { issuer } }: Manager,
  { clientId, createdAt: issuedAt }: Client,
  metadata: ClientMetadata,
  secrets: { readonly accessToken: string; readonly clientSecret?: string },
): JsonMembers {
  return clientInformation(metadata, { issuer, clientId, issuedAt, ...secrets })
}

function endingBy(reason: ReasonCode, ports: ManageRegistrationPorts): TimelineEvent {
  return { at: ports.clock(), step: 'authorize', outcome: 'failed', reason }
}

const refused = () => new OAuthError('invalid_token', 'the registration access token is not valid here')
