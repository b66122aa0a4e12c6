import type { Server } from '@/lib/oauth/model'
import type { Servers } from '@/lib/oauth/ports/ports'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'
import { pathIssuer } from '@/lib/oauth/protocol/urls'
import { type HttpRequest, pathOf } from './http-handler'

/** RFC 8414 §3.1: the well-known string is inserted between the host and the path of the issuer. A slash at the end means nothing. */
const WELL_KNOWN = /^\/\.well-known\/[a-z-]+(\/.*?[^/])??(\/*)$/
const SERVER_PATH = /^\/s\/([^/]+)(\/|$)/

/**
 * Finds the server whose issuer this request is under, from the raw `Host` header and the path, among the configured
 * issuers. Next's `request.url` always says localhost, and clients can set forwarded headers, so both are ignored.
 *
 * @param publicUrl our origin; only there are path issuers
 * @returns null for an unknown host or path: the answer is 404
 */
export async function findServer(
  request: HttpRequest,
  publicUrl: string,
  servers: Servers,
): Promise<Server | null> {
  const origin = requestOrigin(request, publicUrl)
  if (!origin) return null
  const pathname = pathOf(request)
  const wellKnown = WELL_KNOWN.exec(pathname)
  const [, place = '', slashes = ''] = wellKnown ?? []
  if (wellKnown) return slashes.length > 1 ? null : servers.findByIssuer(origin + place)
  const slug = SERVER_PATH.exec(pathname)?.[1]
  return servers.findByIssuer(slug ? pathIssuer(origin, slug) : origin)
}

/** The origin this request was sent to; null for a malformed `Host`. */
export function requestOrigin(request: Pick<HttpRequest, 'headers'>, publicUrl: string): string | null {
  return hostOrigin(request.headers.get('host'), publicUrl)
}

/** The origin that a `Host` header names, with the scheme of `publicUrl`; null for a malformed one. */
export function hostOrigin(host: string | null, publicUrl: string): string | null {
  if (!host || !/^[A-Za-z0-9.:[\]-]+$/.test(host)) return null
  const url = `${publicUrl.slice(0, publicUrl.indexOf(':'))}://${host}`
  const known = origins.get(url)
  if (known) return known
  const origin = parseUrl(url)?.origin ?? null
  if (origins.size >= MOST_ORIGINS) origins.clear()
  if (origin) origins.set(url, origin)
  return origin
}

/** What was parsed so far: hardly any process is known under more than a few names. */
const origins = new Map<string, string>()
const MOST_ORIGINS = 1_000
