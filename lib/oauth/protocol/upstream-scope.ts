/**
 * Scopes of an identity provider. Unlike a client's, unknown characters are not dropped: a malformed scope must not
 * pass for an allowed one.
 */

/** What the operator has an identity provider asked for, for these scopes of a server. */
export function upstreamScopes(
  server: {
    readonly scopes: readonly { readonly name: string; readonly upstreamScopes: readonly string[] }[]
  },
  requested: readonly string[],
): readonly string[] {
  return server.scopes.filter(({ name }) => requested.includes(name)).flatMap((scope) => scope.upstreamScopes)
}

/** The tokens of a scope. Some providers put commas between them instead of spaces. */
export function splitUpstreamScope(scope: string): readonly string[] {
  return [...new Set(scope.split(/[\s,]+/).filter((token) => token !== ''))]
}

/** They say that there is an ID token, and a refresh token (OIDC Core §3.1.2.1, §11): the API is not opened by them. */
const NO_PERMISSION = ['openid', 'offline_access']

/** Whether a scope is known, and nothing in it is beyond what is allowed. One that is not known may be anything. */
export function isWithinScope(scope: string | undefined, allowed: readonly string[]): boolean {
  const tokens = splitUpstreamScope(scope ?? '')
  return (
    tokens.length > 0 && tokens.every((token) => allowed.includes(token) || NO_PERMISSION.includes(token))
  )
}

/**
 * What to ask for instead (RFC 6749 §6: it must not be more than was granted); of an unknown scope, all that is
 * allowed. Empty when nothing would be left.
 */
export function narrowScope(scope: string | undefined, allowed: readonly string[]): string {
  const granted = splitUpstreamScope(scope ?? '')
  const narrow = granted.length > 0 ? granted.filter((token) => allowed.includes(token)) : allowed
  return narrow.join(' ')
}
