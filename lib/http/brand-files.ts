import type { BrandKey, Logo } from '@/lib/oauth/ports/brand'

/** Seconds. The address changes with the brand. */
const MAX_AGE = 86_400

/** Whose `/oauth/consent/brand/{key}/…` it is; as it was sent, for no key has a character that a path encodes. */
export function brandKey(request: Request): BrandKey {
  return new URL(request.url).pathname.split('/')[4] ?? ''
}

/** What the colours are for: the consent page itself, or the picture of it in the console. */
export function brandedPlace(request: Request): ':root' | '.brand-preview' {
  return new URL(request.url).searchParams.has('preview') ? '.brand-preview' : ':root'
}

export function stylesheetResponse(css: string): Response {
  return file(css, 'text/css; charset=utf-8', MAX_AGE, 'cross-origin')
}

/** The type is one of a fixed list, with `nosniff`. */
export function logoResponse(logo: Logo | null): Response {
  if (!logo) return new Response(null, { status: 404, headers: { 'cache-control': 'no-store' } })
  return file(new Uint8Array(logo.bytes), logo.type, MAX_AGE, 'cross-origin')
}

/** Seconds. The address stays when the logo changes. */
const APPLICATION_MAX_AGE = { found: 3600, missing: 300 }

/** One transparent pixel: what lies behind it is seen. */
const NOTHING = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')

/** The logo of an application: a PNG of ours, or a transparent pixel. */
export function applicationLogoResponse(image: Uint8Array | null): Response {
  return image
    ? file(new Uint8Array(image), 'image/png', APPLICATION_MAX_AGE.found)
    : file(NOTHING, 'image/gif', APPLICATION_MAX_AGE.missing)
}

/** @param usedBy `cross-origin`: also by error pages at the host of a server */
function file(
  body: BodyInit,
  type: string,
  maxAge: number,
  usedBy: 'same-origin' | 'cross-origin' = 'same-origin',
): Response {
  return new Response(body, {
    headers: {
      'content-type': type,
      'cache-control': `public, max-age=${maxAge}`,
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': usedBy,
      // Opened by itself, it is a picture and nothing else.
      'content-security-policy': "default-src 'none'; sandbox",
    },
  })
}
