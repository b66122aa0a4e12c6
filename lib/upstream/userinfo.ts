import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { readJsonObject, statusFailure } from './failure'
import type { UpstreamAnswer, UpstreamHttp } from './upstream-http'

/**
 * Asks the identity provider who an access token belongs to (OIDC Core §5.3, or the like of it).
 *
 * @throws UpstreamError
 */
export async function fetchUserinfo(
  endpoint: string,
  accessToken: string,
  http: UpstreamHttp,
): Promise<Readonly<Record<string, unknown>>> {
  const headers = { accept: 'application/json', authorization: `Bearer ${accessToken}` }
  const response = await http.request('userinfo endpoint', endpoint, { headers })
  if (response.status === 403 || isInsufficientScope(response))
    throw new UpstreamError(
      'upstream_scope_rejected',
      'The userinfo endpoint wants another scope than the access token has: add it to the scopes of the connection.',
    )
  if (response.status === 401)
    throw new UpstreamError(
      'upstream_error',
      'The userinfo endpoint refuses the access token: check the scopes of the connection.',
    )
  if (response.status !== 200) throw statusFailure('userinfo endpoint', response.status)
  return readJsonObject('userinfo endpoint', response)
}

/** OIDC Core §5.3.2. */
export const aboutAnotherUser = () =>
  new UpstreamError('upstream_response_invalid', 'The userinfo endpoint answered about another user.')

/** RFC 6750 §3.1. */
const isInsufficientScope = ({ status, headers }: UpstreamAnswer) =>
  status === 401 && /\berror="?insufficient_scope\b/.test(headers.get('www-authenticate') ?? '')
