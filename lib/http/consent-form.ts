import { randomBytes } from 'node:crypto'
import { AUTHORIZATION_REQUEST_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import { equalSecrets } from '@/lib/oauth/protocol/secret-hash'
import { isFromOurPage } from './browser/form-origin'
import { readCookie, setCookie } from './cookies'

/** The cookie that ties the consent form of one request to this browser. */
export const consentCookieName = (requestId: string) => `vst_consent_${requestId}`

/** What may be an authorization request's id; anything else becomes the empty string, which is no request's. */
export function requestIdIn(value: string | null | undefined): string {
  return value && /^[A-Za-z0-9_-]{1,64}$/.test(value) ? value : ''
}

/** This browser's form token for the request: the one it has, so that opening the page twice harms nothing. */
export function formTokenOf(request: Request, publicUrl: string, requestId: string): string {
  const known = readCookie(request, publicUrl, consentCookieName(requestId))
  return known && /^[A-Za-z0-9_-]{43}$/.test(known) ? known : randomBytes(32).toString('base64url')
}

/** The `Set-Cookie` value. */
export function consentCookie(publicUrl: string, requestId: string, token: string): string {
  return setCookie(publicUrl, {
    name: consentCookieName(requestId),
    value: token,
    maxAge: AUTHORIZATION_REQUEST_LIFETIME,
  })
}

/**
 * Whether a decision was posted by our own page in this browser: `Origin` must be ours, and the form's token must
 * be the cookie's. Nothing else in this protocol stands between a foreign page and the user's consent.
 */
export function isOwnForm(request: Request, publicUrl: string, form: URLSearchParams): boolean {
  const cookie = readCookie(request, publicUrl, consentCookieName(requestIdIn(form.get('request'))))
  const token = form.get('token')
  return isFromOurPage(request.headers, publicUrl) && Boolean(cookie && token && equalSecrets(cookie, token))
}
