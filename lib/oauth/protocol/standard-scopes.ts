/** What a scope is called, and the sentence for it on the consent page; empty: the page has one for its name. */
type NamedScope = { readonly name: string; readonly description: string }

/**
 * The scopes of OpenID Connect Core §5.4 that every server grants to clients that ask for them. They are about the
 * user and not about the resource, so they stand in the metadata of the authorization server alone.
 */
const OPENID_SCOPE_NAMES = ['openid', 'profile', 'email'] as const

const OPENID_SCOPES: readonly NamedScope[] = OPENID_SCOPE_NAMES.map((name) => ({ name, description: '' }))

type OpenIdScope = (typeof OPENID_SCOPE_NAMES)[number]

/** Whether a scope is about the user, and says nothing of what the client may do at the resource. */
export const isOpenIdScope = (name: string): name is OpenIdScope =>
  OPENID_SCOPE_NAMES.some((known) => known === name)

/** What every server grants without listing it: the above, and `offline_access` (OpenID Connect Core §11). */
export const STANDARD_SCOPE_NAMES: readonly string[] = [...OPENID_SCOPE_NAMES, 'offline_access']

/** Whether nothing is left of what was asked for at the resource itself: then there is no login. */
export const leavesNothing = (requested: readonly string[], left: readonly string[]): boolean => {
  const isOwn = (name: string) => !STANDARD_SCOPE_NAMES.includes(name)
  return requested.some(isOwn) && !left.some(isOwn)
}

/** `scopes_supported` of the authorization server: what this one offers and what all of them do, each once. */
export function supportedScopes(offered: readonly { readonly name: string }[]): readonly string[] {
  const own = offered.map(({ name }) => name).filter((name) => name !== 'offline_access')
  return [...new Set([...own, ...STANDARD_SCOPE_NAMES])]
}

/**
 * The descriptions of the requested scopes, for the consent page: the server's own first. Where the operator lists a
 * scope under a standard name, the operator's sentence is shown.
 */
export function describedScopes<Scope extends NamedScope>(
  server: { readonly scopes: readonly Scope[] },
  requested: readonly string[],
): readonly (Scope | NamedScope)[] {
  const standard = OPENID_SCOPES.filter(({ name }) => !server.scopes.some((own) => own.name === name))
  return [...server.scopes, ...standard].filter(({ name }) => requested.includes(name))
}
