import { pathIssuer } from '@/lib/oauth/protocol/urls'

/** Where this installation is: `PUBLIC_URL` and `SERVERS_DOMAIN`. */
export type Location = { readonly publicUrl: string; readonly serversDomain: string | undefined }

/**
 * The issuer of a new server (RFC 8414 §2): `PUBLIC_URL` for the default one, else an origin of its own, else a path
 * under `PUBLIC_URL`. Computed once, when the server is created; clients and tokens are bound to it from then on.
 */
export function issuerOf(
  server: { readonly slug: string; readonly isDefault: boolean; readonly host?: string },
  { publicUrl, serversDomain }: Location,
): string {
  if (server.isDefault) return publicUrl
  const { protocol } = new URL(publicUrl)
  const host = server.host ?? (serversDomain && `${server.slug}.${serversDomain}`)
  // As an origin, so that a port that goes without saying is left out.
  return host ? new URL(`${protocol}//${host}`).origin : pathIssuer(publicUrl, server.slug)
}
