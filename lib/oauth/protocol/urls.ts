/** Every URL of our own that others see, and the well-known locations of metadata (RFC 8414 §3.1, RFC 9728 §3.1). */

/** The endpoints of an issuer, by the last part of their path. */
export type Endpoint =
  | 'authorize'
  | 'device_authorization'
  | 'introspect'
  | 'jwks'
  | 'par'
  | 'register'
  | 'revocations'
  | 'revoke'
  | 'token'
  | 'userinfo'

/** The URL of an endpoint. The issuer is not normalised: clients compare it byte for byte. */
export const endpointUrl = (issuer: string, endpoint: Endpoint): string => `${issuer}/oauth/${endpoint}`

/** Where a client manages its registration (RFC 7592 §3). */
export const registrationUrl = (issuer: string, clientId: string): string =>
  `${endpointUrl(issuer, 'register')}/${encodeURIComponent(clientId)}`

/** Every path under which the callback of a connection is. */
export const CALLBACK_PATH = '/oauth/callback/'

/**
 * The redirect URI of a connection, as it must be registered at the identity provider: one for each connection
 * (RFC 9700 §4.4.2), normalised, because providers compare it as a string.
 */
export const callbackUrl = (publicUrl: string, connectionId: string): string =>
  new URL(`${CALLBACK_PATH}${connectionId}`, publicUrl).href

/** The issuer of a server without an origin of its own. */
export const pathIssuer = (origin: string, slug: string): string => `${origin}/s/${slug}`

/** Where an identity provider says whom it has signed out (OpenID Connect Back-Channel Logout 1.0 §2.2). */
export const backChannelLogoutUrl = (publicUrl: string, connectionId: string): string =>
  `${publicUrl}/oauth/backchannel-logout/${encodeURIComponent(connectionId)}`

/** Where the public keys are that we sign with at the identity provider of a connection (OpenID Connect Core §10.1.1). */
export const connectionKeysUrl = (publicUrl: string, connectionId: string): string =>
  `${publicUrl}/oauth/connections/${encodeURIComponent(connectionId)}/jwks`

/** Where a SAML identity provider finds what it has to know of us (SAML 2.0 Metadata §2.4.4). */
export const samlMetadataUrl = (publicUrl: string, connectionId: string): string =>
  `${publicUrl}/oauth/connections/${encodeURIComponent(connectionId)}/saml-metadata`

/** Where a Shared Signals transmitter pushes to (RFC 8935 §2). */
export const signalsUrl = (publicUrl: string, connectionId: string): string =>
  `${publicUrl}/signals/${encodeURIComponent(connectionId)}`

/** The consent page of a login; `open` sets its cookie first. */
export const consentUrl = (publicUrl: string, requestId: string, page: 'open' | 'page'): string => {
  const request = encodeURIComponent(requestId)
  return page === 'open'
    ? `${publicUrl}/oauth/consent/open?request=${request}`
    : `${publicUrl}/oauth/consent?request=${request}&opened=1`
}

/** Where a file of a branding is; its address changes with the branding. */
export const brandFile = (
  { key, version }: { readonly key: string; readonly version: string },
  file: 'logo' | 'style.css',
): string => `/oauth/consent/brand/${key}/${file}?v=${version}`

/** Addresses that a branding leads to: what the operator says elsewhere, and where users ask. */
export function brandLinks({
  termsUrl,
  privacyUrl,
  support,
}: {
  readonly termsUrl?: string
  readonly privacyUrl?: string
  readonly support?: string
}) {
  const links = [
    ['terms', termsUrl],
    ['privacy', privacyUrl],
    ['support', support?.includes('@') ? `mailto:${support}` : support],
  ] as const
  return links.flatMap(([name, href]) => (href === undefined ? [] : [{ name, href }]))
}

/** Where users enter the code of a device (RFC 8628 §3.2). */
export const verificationUri = (publicUrl: string): string => `${publicUrl}/oauth/device`

/** The page that ends the browser's part of a device login. */
export const deviceDoneUri = (publicUrl: string): string => `${publicUrl}/oauth/device/done`

/**
 * Where the metadata of an authorization server or OpenID provider is: RFC 8414 §3.1 inserts the well-known part
 * before the issuer's path, OpenID Connect Discovery §4 appends it, and RFC 8414 §5 inserts OpenID's as well.
 */
export function metadataUrls(issuer: string | URL): {
  readonly oauth: string
  readonly openid: string
  readonly openidInserted: string
} {
  const { origin, pathname } = new URL(issuer)
  const path = pathname.replace(/\/$/, '')
  return {
    oauth: `${origin}/.well-known/oauth-authorization-server${path}`,
    openid: `${origin}${path}/.well-known/openid-configuration`,
    openidInserted: `${origin}/.well-known/openid-configuration${path}`,
  }
}

/** Where the metadata of a protected resource is (RFC 9728 §3.1): inserted before its path and query. */
export function resourceMetadataUrl(resource: string): string {
  const { origin, pathname, search } = new URL(resource)
  return `${origin}/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}${search}`
}
