import { ACCOUNT_FORM, cookiesOf } from '../account-form'
import { consentCookieName } from '../consent-form'
import { cookieName, setCookie } from '../cookies'
import { DEVICE_FORM } from '../device-form'

/** How many logins under way one browser may have. Each has a cookie of each kind, of about a hundred bytes. */
const NEWEST = 8

/** Cookies of one login or connection test each, which would stay when it is abandoned. */
const KINDS = ['vst_consent_', 'vst_state_', 'vst_test_', 'vst_setup_']

/**
 * `Set-Cookie` values that delete the cookies of abandoned logins, all but the newest few: they would add up until
 * proxies, and we, refuse the header. Browsers send cookies in the order in which they were made (RFC 6265 §5.4).
 */
export function withoutAbandoned(request: Request, publicUrl: string): readonly string[] {
  const kept = [ACCOUNT_FORM, DEVICE_FORM].map((form) => cookieName(publicUrl, consentCookieName(form)))
  const names = cookiesOf(request).map(({ name }) => name)
  return KINDS.flatMap((kind) =>
    names
      .filter((name) => name.startsWith(cookieName(publicUrl, kind)) && !kept.includes(name))
      .slice(0, -NEWEST)
      .map((name) => deleted(publicUrl, name)),
  )
}

/** Deletes the cookie that the consent form of a request was tied to. */
export const withoutConsent = (publicUrl: string, requestId: string): string =>
  deleted(publicUrl, cookieName(publicUrl, consentCookieName(requestId)))

/**
 * What a callback leaves behind: no cookie of its attempt, nor of the consent form where the request has ended.
 *
 * @param stateName of the attempt's cookie
 */
export const withoutLogin = (publicUrl: string, stateName: string, requestId?: string): readonly string[] => [
  deleted(publicUrl, stateName),
  ...(requestId === undefined ? [] : [withoutConsent(publicUrl, requestId)]),
]

function deleted(publicUrl: string, fullName: string): string {
  return setCookie(publicUrl, { name: fullName.replace(/^__Host-/, ''), value: '', maxAge: 0 })
}
