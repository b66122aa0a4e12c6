import { randomBytes } from 'node:crypto'

/** Tells a page the nonce of its script, where nobody adds the tag afterwards. */
export const NONCE_HEADER = 'x-vestibule-script-nonce'

/** Pages for end users: plain forms that run no script, so that nothing injected could. */
const WITHOUT_SCRIPT = new Set(['/', '/account', '/oauth/consent', '/oauth/device', '/oauth/device/done'])
/** The other pages that Next renders; route handlers send a policy of their own. */
const PAGE_TREES = /^\/(account|console|platform|setup)(\/|$)/

export type PagePolicy = {
  /** The Content-Security-Policy. */
  readonly policy: string
  /** The one script that it allows, as a tag: ours, and none of Next's. Decision 0132. */
  readonly script?: string
  readonly nonce?: string
}

/**
 * What a page may run; null for everything that is none. No `form-action`: Chromium applies it to the whole chain of
 * redirects after the form and would break logins and private-use redirect URIs. Decision 0015.
 */
export function pagePolicy(pathname: string): PagePolicy | null {
  const path = plainPath(pathname)
  if (WITHOUT_SCRIPT.has(path)) return { policy: policyWith("'none'") }
  if (!PAGE_TREES.test(path)) return null
  const nonce = randomBytes(16).toString('base64')
  return {
    policy: policyWith(`'nonce-${nonce}'`),
    nonce,
    script: `<script src="/pages.js" nonce="${nonce}" defer></script>`,
  }
}

/** Pages that Next keeps for errors and answers with their status, and whatever else is its own but files of the build. */
const OF_FRAMEWORK = /^\/(?:(?:404|500)$|_(?!next\/static\/))/

/** Whether there is nothing of ours at a path, though Next would answer: with an error of ours, or with pictures. */
export const isOfFramework = (pathname: string): boolean =>
  /^\/[_45%]/.test(pathname) && OF_FRAMEWORK.test(plainPath(pathname))

const policyWith = (scripts: string) =>
  [
    "default-src 'self'",
    `script-src ${scripts}`,
    "style-src 'self'",
    "img-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
  ].join('; ')

/** Next serves a page under other spellings of its path as well; what is no path has none. */
function plainPath(pathname: string): string {
  try {
    return decodeURIComponent(pathname).replace(/\/+$/, '') || '/'
  } catch {
    return pathname
  }
}
