import type { Server } from '../model'
import { readBasicCredentials } from '../protocol/basic-credentials'
import { bearerChallenge } from '../protocol/challenge'
import { OAuthError } from '../protocol/errors'
import { equalSecrets, hashSecret } from '../protocol/secret-hash'

/**
 * Authenticates the server's own resource server, which is no client: with its credential as a bearer token, or in
 * Basic under the server's slug (RFC 7662 §2.1), in the header only.
 *
 * @param authorization the `Authorization` header
 * @throws OAuthError `invalid_client` (401)
 */
export function authenticateResourceServer(server: Server, authorization = ''): void {
  const bearer = /^bearer +(\S+) *$/i.exec(authorization)?.[1]
  const presented = bearer ? [bearer] : basicPasswords(server, authorization)
  const hash = server.resourceSecretHash
  if (hash && presented.some((secret) => equalSecrets(hashSecret(secret), hash))) return
  // RFC 7662 §2.3: who came with a bearer token is answered as RFC 6750 §3 says.
  const challenge = bearer ? { challenge: bearerChallenge({ error: 'invalid_token' }) } : {}
  throw new OAuthError(
    'invalid_client',
    'the resource server must authenticate with its own credential',
    challenge,
  )
}

/** The password in both readings, when it is this server's own resource server that says it. */
function basicPasswords(server: Server, authorization: string): readonly string[] {
  const basic = readBasicCredentials(authorization)
  return basic?.user === server.slug ? [basic.password, basic.rawPassword ?? basic.password] : []
}
