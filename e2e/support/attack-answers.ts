import { expect } from '@playwright/test'
import { locationOf, redirectQuery } from './attack-login'

/** Our error page: it goes nowhere by itself, cannot be framed, and tells no other site anything. */
export async function expectPage(response: Response, status = 400): Promise<string> {
  const text = await response.text()
  expect(response.status, text).toBe(status)
  expect(response.headers.get('location')).toBeNull()
  expect(response.headers.get('refresh')).toBeNull()
  expect(response.headers.get('access-control-allow-origin')).toBeNull()
  expect(response.headers.get('content-type')).toContain('text/html')
  expect(response.headers.get('cache-control')).toContain('no-store')
  expect(response.headers.get('referrer-policy')).toBe('no-referrer')
  expect(response.headers.get('x-frame-options')).toBe('DENY')
  expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  expect(text).not.toMatch(/http-equiv|<script/i)
  return text
}

type RedirectedError = {
  readonly error: string
  readonly redirectUri: string
  readonly state: string
  readonly issuer: string
}

/**
 * A login that failed while its user watched: a page with the reference, whose link tells the client the same.
 *
 * @returns the page
 */
export async function expectFailedLogin(response: Response, expected: RedirectedError): Promise<string> {
  const status = expected.error === 'temporarily_unavailable' ? 503 : 400
  const page = await expectPage(response, status)
  const [reference] = /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(page) ?? []
  const query = new URL(wayBackOf(page)).searchParams
  expect(wayBackOf(page).startsWith(`${expected.redirectUri}?`)).toBe(true)
  expect(Object.fromEntries(query)).toEqual({
    error: expected.error,
    error_description: expect.stringContaining(`(reference ${reference})`),
    state: expected.state,
    iss: expected.issuer,
  })
  return page
}

/** Where the button of an error page leads; empty when there is none. */
export const wayBackOf = (page: string): string =>
  (/class="button"[^>]* href="([^"]+)"/.exec(page)?.[1] ?? '').replace(/&#(\d+);/g, (_, code: string) =>
    String.fromCharCode(Number(code)),
  )

/** What the client is told: by the redirect, or by the way back of the page that is shown first. */
export const answerQuery = async (response: Response): Promise<URLSearchParams> =>
  response.status === 303 ? redirectQuery(response) : new URL(wayBackOf(await response.text())).searchParams

/** An error that is redirected to the client: with its state, our issuer (RFC 9207 §2) and nothing else. */
export function expectRedirectedError(response: Response, expected: RedirectedError): void {
  expect(response.status).toBe(303)
  expect(locationOf(response).startsWith(`${expected.redirectUri}?`), locationOf(response)).toBe(true)
  const query = redirectQuery(response)
  expect([...query.keys()].sort()).toEqual(['error', 'error_description', 'iss', 'state'])
  expect(query.get('error')).toBe(expected.error)
  expect(query.get('state')).toBe(expected.state)
  expect(query.get('iss')).toBe(expected.issuer)
  expect(response.headers.get('access-control-allow-origin')).toBeNull()
}
