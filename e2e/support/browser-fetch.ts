import { expect } from '@playwright/test'
import type { Send } from './client-discovery'
import { hostFetch } from './host-fetch'

/** What a page may send without asking first (Fetch standard, "CORS-safelisted"). */
const SAFE_METHODS = ['GET', 'HEAD', 'POST']
const SAFE_HEADERS = ['accept', 'accept-language', 'content-language']
const SAFE_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain']

/**
 * `fetch` as a page of `origin` has it in a browser: a request that is not simple needs a preflight, and a response
 * that the page may not read fails, errors included.
 */
export const fetchFrom =
  (origin: string): Send =>
  async (url, request = {}) => {
    const method = request.method ?? 'GET'
    const headers = { ...request.headers }
    const unsafe = Object.entries(headers).flatMap(([name, value]) => (isSafe(name, value) ? [] : [name]))
    if (unsafe.length > 0 || !SAFE_METHODS.includes(method)) await preflight(origin, url, method, unsafe)
    const response = await hostFetch(url, { ...request, headers: { ...headers, origin } })
    expectReadable(response, origin, url)
    return response
  }

function isSafe(name: string, value: string): boolean {
  return name === 'content-type' ? SAFE_TYPES.includes(value) : SAFE_HEADERS.includes(name)
}

async function preflight(origin: string, url: string, method: string, headers: readonly string[]) {
  const asked = await hostFetch(url, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': method,
      ...(headers.length > 0 && { 'access-control-request-headers': [...headers].sort().join(',') }),
    },
  })
  expect(asked.ok, `the preflight of ${url} answered ${asked.status}`).toBe(true)
  expectReadable(asked, origin, url)
  const listed = (name: string) => (asked.headers.get(name) ?? '').toLowerCase().split(/\s*,\s*/)
  if (!SAFE_METHODS.includes(method))
    expect(listed('access-control-allow-methods'), url).toContain(method.toLowerCase())
  expect(listed('access-control-allow-headers'), url).toEqual(expect.arrayContaining([...headers]))
}

function expectReadable(response: Response, origin: string, url: string): void {
  const allowed = response.headers.get('access-control-allow-origin')
  expect(['*', origin], `a page may not read the answer of ${url}`).toContain(allowed)
}
