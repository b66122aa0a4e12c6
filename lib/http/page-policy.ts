import { randomBytes } from 'node:crypto'

/** Pages for end users: plain forms that run no script, so that nothing injected could. */
const WITHOUT_SCRIPT = new Set(['/', '/account', '/oauth/consent', '/oauth/device', '/oauth/device/done'])
/** The other pages that Next renders; route handlers send a policy of their own. */
const PAGE_TREES = /^\/(account|console|platform|setup)(\/|$)/

/**
 * The Content-Security-Policy of a page; null for everything else. Next reads the nonce from the request's header
 * and puts it on its scripts. No `form-action`: Chromium applies it to the whole chain of redirects after the form
 * and would break logins and private-use redirect URIs. Decision 0015.
 *
 * @param dev allows what Next's development mode evaluates
 */
export function pagePolicy(pathname: string, dev: boolean): string | null {
  const path = plainPath(pathname)
  if (!WITHOUT_SCRIPT.has(path) && !PAGE_TREES.test(path)) return null
  const nonce = randomBytes(16).toString('base64')
  const script = `'nonce-${nonce}' 'strict-dynamic'${dev ? " 'unsafe-eval'" : ''}`
  return [
    "default-src 'self'",
    `script-src ${runsNoScript(pathname, dev) ? "'none'" : script}`,
    `style-src 'self'${dev ? " 'unsafe-inline'" : ''}`,
    "img-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
  ].join('; ')
}

/** Whether a page is for end users, and is sent without any script. Next's development mode needs its own everywhere. */
export const runsNoScript = (pathname: string, dev: boolean): boolean =>
  !dev && WITHOUT_SCRIPT.has(plainPath(pathname))

/** Next serves a page under other spellings of its path as well. */
const plainPath = (pathname: string): string => decodeURIComponent(pathname).replace(/\/+$/, '') || '/'
