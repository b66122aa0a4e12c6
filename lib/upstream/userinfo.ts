import { UpstreamError } from '@/lib/oauth/upstream-ports'
import { readJsonObject, statusFailure } from './failure'
import type { UpstreamHttp } from './upstream-http'

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
  if (response.status === 401 || response.status === 403)
    throw new UpstreamError(
      'upstream_error',
      'The userinfo endpoint refuses the access token: check the scopes of the connection.',
    )
  if (response.status !== 200) throw statusFailure('userinfo endpoint', response.status)
  return readJsonObject('userinfo endpoint', response)
}
