import type { BegunTest } from '@/lib/connections/run-test'
import { setCookie } from '@/lib/http/cookies'
import { errorPage } from '@/lib/http/error-page'
import { seeOther } from '@/lib/http/see-other'

/** Seconds; as long as the test waits. */
const COOKIE_LIFETIME = 600

/**
 * Sends the browser to the identity provider, with cookies that tie the test to it, or to the report when that failed.
 *
 * @param at the path of the connection
 * @param link the token of the setup link that the test was begun with
 */
export function begunTestResponse(
  { id, upstream }: BegunTest,
  at: string,
  publicUrl: string,
  link?: string,
): Response {
  if (!upstream) return seeOther(`${publicUrl}${at}/test/${id}`)
  const cookies = [
    [`vst_test_${id}`, upstream.state] as const,
    ...(link === undefined ? [] : [[`vst_setup_${id}`, link] as const]),
  ]
  return seeOther(
    upstream.location,
    cookies.map(([name, value]) => setCookie(publicUrl, { name, value, maxAge: COOKIE_LIFETIME })),
  )
}

/** @param words why, and what to do */
export const testRefusedPage = (
  publicUrl: string,
  words: { readonly message: string; readonly remedy: string },
) => errorPage({ publicUrl, status: 403, title: 'You may not test this connection', ...words })
