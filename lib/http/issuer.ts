import type { Server } from '@/lib/oauth/model'
import type { Servers } from '@/lib/oauth/ports/ports'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'
import { pathIssuer } from '@/lib/oauth/protocol/urls'

/** RFC 8414 §3.1: the well-known string is inserted between the host and the path of the issuer. */
const WELL_KNOWN = /^\/\.well-known\/[a-z-]+(\/.*)?$/
const SERVER_PATH = /^\/s\/([^/]+)(\/|$)/

/**
 * Finds the server whose issuer this request is under, from the raw `Host` header and the path, among the configured
 * issuers. Next's `request.url` always says localhost, and clients can set forwarded headers, so both are ignored.
 *
 * @param publicUrl our origin; only there are path issuers
 * @returns null for an unknown host or path: the answer is 404
 */
export async function findServer(
  request: Request,
  publicUrl: string,
  servers: Servers,
): Promise<Server | null> {
  const origin = requestOrigin(request, publicUrl)
  if (!origin) return null
  const { pathname } = new URL(request.url)
  const wellKnown = WELL_KNOWN.exec(pathname)
  if (wellKnown) return servers.findByIssuer(origin + (wellKnown[1] ?? ''))
  const slug = SERVER_PATH.exec(pathname)?.[1]
  return servers.findByIssuer(slug ? pathIssuer(origin, slug) : origin)
}

/** The origin this request was sent to; null for a malformed `Host`. */
export function requestOrigin(request: Request, publicUrl: string): string | null {
  return hostOrigin(request.headers.get('host'), publicUrl)
}

/** The origin that a `Host` header names, with the scheme of `publicUrl`; null for a malformed one. */
export function hostOrigin(host: string | null, publicUrl: string): string | null {
  if (!host || !/^[A-Za-z0-9.:[\]-]+$/.test(host)) return null
  const url = `${new URL(publicUrl).protocol}//${host}`
  return parseUrl(url)?.origin ?? null
}
