import { expect } from '@playwright/test'

/**
 * An error as RFC 6749 §5.2 defines it, readable by any site and not stored: two members, neither of them null, in
 * characters that every client can show.
 *
 * @returns its code
 */
export async function expectOAuthError(response: Response, statuses: readonly number[]): Promise<string> {
  const text = await response.text()
  expect(statuses, text).toContain(response.status)
  expect(response.headers.get('content-type')).toMatch(/^application\/json\b/)
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  expect(response.headers.get('access-control-allow-credentials')).toBeNull()
  expect(response.headers.get('cache-control')).toContain('no-store')
  expect(response.headers.get('set-cookie')).toBeNull()
  const body = JSON.parse(text)
  expect(Object.keys(body).sort()).toEqual(['error', 'error_description'])
  expect(body.error).toMatch(/^[a-z_]+$/)
  expect(body.error).not.toBe('server_error')
  expect(body.error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
  return body.error
}
