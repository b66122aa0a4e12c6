/** The grant types of the token endpoint, and which server offers which. */

/** JWT authorization grants (RFC 7523 §2.1); the only ones taken here are identity assertions, see `id-jag.ts`. */
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** RFC 6749 §1.3, §4.4 and §6; RFC 7523 §2.1. */
export type GrantType = 'authorization_code' | 'refresh_token' | 'client_credentials' | typeof JWT_BEARER

/** What decides on the grant types of a server. */
type Offering = { readonly trustedIssuers?: readonly unknown[] }

/** What clients may register for by themselves at this server, besides what they may everywhere (RFC 7591 §2). */
export function registrableGrantTypes(server: Offering): readonly GrantType[] {
  return server.trustedIssuers?.length ? [JWT_BEARER] : []
}

/** What the token endpoint takes besides what every client may register for. Metadata names nothing else. */
export function furtherGrantTypes(server: Offering): readonly GrantType[] {
  return ['client_credentials', ...registrableGrantTypes(server)]
}
