import { OAuthError } from './errors'
import { parseUrl } from './parse-url'

/** One protected resource and its other spellings. */
type Resource = { readonly resource: string; readonly aliases: readonly string[] }

const RESOURCE_URI = /^(https?):\/\/([^/?#@]+)(\/[^?#]*)?(\?[^#]*)?$/i
/** Without the backslash, which browsers read as a slash. */
const PRINTABLE = /^[\x21-\x5b\x5d-\x7e]+$/
const DEFAULT_PORTS: Readonly<Record<string, string>> = { http: ':80', https: ':443' }

/** Whether this can name a resource: an absolute http(s) URI without fragment or user (RFC 8707 §2). */
export function isResourceUri(value: string): boolean {
  return PRINTABLE.test(value) && RESOURCE_URI.test(value) && parseUrl(value) !== undefined
}

/**
 * Whether a requested `resource` is this server's, or one of its aliases. Scheme and host are compared without case
 * and default port, and one slash at the end of the path is ignored: clients disagree on it. Path and query are
 * compared as they are.
 */
export function matchesResource(requested: string, server: Resource): boolean {
  if (!isResourceUri(requested)) return false
  const wanted = fold(requested)
  return [server.resource, ...server.aliases].some((known) => fold(known) === wanted)
}

/**
 * Checks every `resource` parameter of a request (RFC 8707 §2). Several are fine when all mean this server; none is
 * fine too: older clients send none.
 *
 * @throws OAuthError `invalid_target`
 */
export function checkResources(requested: readonly string[], server: Resource): void {
  for (const value of requested) {
    // As it nearly always comes: the address need not be taken apart.
    if (value === server.resource) continue
    if (!isResourceUri(value))
      throw new OAuthError('invalid_target', 'resource must be an absolute URI without a fragment')
    if (!matchesResource(value, server))
      throw new OAuthError('invalid_target', 'resource is not the one that this server protects')
  }
}

function fold(uri: string): string {
  const [, scheme = '', authority = '', path = '', query = ''] = RESOURCE_URI.exec(uri) ?? []
  const protocol = scheme.toLowerCase()
  const port = DEFAULT_PORTS[protocol] ?? ''
  const host = authority.toLowerCase()
  const plainHost = host.endsWith(port) ? host.slice(0, host.length - port.length) : host
  return `${protocol}://${plainHost}${path.replace(/\/$/, '')}${query}`
}
