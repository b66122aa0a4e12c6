/** The grant types of the token endpoint, and which server offers which. */

/** JWT authorization grants (RFC 7523 §2.1); the only ones taken here are identity assertions, see `id-jag.ts`. */
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** RFC 8628 §3.4. */
export const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'

/** RFC 6749 §1.3, §4.4 and §6; RFC 7523 §2.1; RFC 8628 §3.4. */
export type GrantType =
  | 'authorization_code'
  | 'refresh_token'
  | 'client_credentials'
  | typeof JWT_BEARER
  | typeof DEVICE_CODE

/** What decides on the grant types of a server. */
type Offering = { readonly trustedIssuers?: readonly unknown[]; readonly deviceGrant?: boolean }

/** Grant types that clients may register for at this server, in addition to the general ones (RFC 7591 §2). */
export function registrableGrantTypes({
  trustedIssuers = [],
  deviceGrant = false,
}: Offering): readonly GrantType[] {
  const types: GrantType[] = trustedIssuers.length > 0 ? [JWT_BEARER] : []
  return deviceGrant ? [...types, DEVICE_CODE] : types
}

/** Grant types of the token endpoint and the metadata, in addition to those that every client may register for. */
export function furtherGrantTypes(server: Offering): readonly GrantType[] {
  return ['client_credentials', ...registrableGrantTypes(server)]
}
