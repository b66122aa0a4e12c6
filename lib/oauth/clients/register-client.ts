import type { Server } from '../model'
import type { Ports } from '../ports'
import { parseClientMetadata, registrationResponse } from '../protocol/client-metadata'
import { registrableGrantTypes } from '../protocol/grant-types'
import { hashSecret } from '../protocol/secret-hash'
import { CAPABILITIES } from '../protocol/server-metadata'

/**
 * Registers a client (RFC 7591 §3). Registrations are never merged: registration is anonymous, so "the same client"
 * cannot be known.
 *
 * @param body the parsed JSON body, not yet trusted
 * @returns the 201 body, with every registered value echoed (RFC 7591 §3.2.1)
 * @throws OAuthError `invalid_redirect_uri` or `invalid_client_metadata` (RFC 7591 §3.2.2)
 */
export async function registerClient(
  server: Server,
  body: unknown,
  ports: Ports,
): Promise<Record<string, unknown>> {
  const grantTypes = [...CAPABILITIES.grantTypes, ...registrableGrantTypes(server)]
  const metadata = parseClientMetadata(body, { ...CAPABILITIES, grantTypes })
  const clientId = ports.secrets.id()
  const { tokenEndpointAuthMethod: method, jwks, jwksUri } = metadata
  const clientSecret = method.startsWith('client_secret_') ? ports.secrets.token('vst_cs_') : undefined
  const signs = method === 'private_key_jwt'
  const client = await ports.clients.register({
    serverId: server.id,
    clientId,
    kind: 'registered',
    redirectUris: metadata.redirectUris,
    tokenEndpointAuthMethod: method,
    grantTypes: metadata.grantTypes,
    metadata,
    ...(metadata.clientName && { name: metadata.clientName }),
    ...(metadata.scope && { scope: metadata.scope }),
    ...(clientSecret && { secretHash: hashSecret(clientSecret) }),
    ...(signs && jwks && { jwks }),
    ...(signs && jwksUri && { jwksUri }),
  })
  return registrationResponse(metadata, {
    clientId,
    issuedAt: client.createdAt,
    ...(clientSecret && { clientSecret }),
  })
}
