import type { BegunTest } from '@/lib/connections/run-test'
import { setCookie } from '@/lib/http/cookies'
import { errorPage, explain } from '@/lib/http/error-page'
import type { Reader } from '@/lib/http/plain-page'
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

export const testRefusedPage = (code: 'test_foreign' | 'test_foreign_link', reader: Reader) =>
  errorPage({ ...explain(code, reader), status: 403 })
