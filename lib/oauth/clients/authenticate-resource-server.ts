import type { Server } from '../model'
import { OAuthError } from '../protocol/errors'
import { equalSecrets, hashSecret } from '../protocol/secret-hash'

/**
 * Authenticates the server's own resource server, which is no client: with its credential as a bearer token, or in
 * Basic under the server's slug (RFC 7662 §2.1). It stands in the header and nowhere else.
 *
 * @param authorization the `Authorization` header
 * @throws OAuthError `invalid_client` (401)
 */
export function authenticateResourceServer(server: Server, authorization: string | undefined): void {
  const [scheme = '', value = ''] = authorization?.split(' ') ?? []
  const presented =
    scheme.toLowerCase() === 'bearer'
      ? value
      : scheme.toLowerCase() === 'basic'
        ? basicPassword(value, server)
        : ''
  if (
    !presented ||
    !server.resourceSecretHash ||
    !equalSecrets(hashSecret(presented), server.resourceSecretHash)
  )
    throw new OAuthError('invalid_client', 'the resource server must authenticate with its own credential')
}

/** Some encode `-` and `_` too (RFC 6749 §2.3.1), some nothing; a credential that is no URL encoding is raw. */
function basicPassword(encoded: string, server: Server): string {
  const [user = '', password = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(/:(.*)/s)
  return [user, decoded(user)].includes(server.slug) ? decoded(password) : ''
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
