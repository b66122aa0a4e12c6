import { describe, expect, it } from 'vitest'
import { FailedLogin, type Failure } from '@/lib/oauth/flow/failure'
import { restoreRedirect } from '@/lib/oauth/protocol/authorization-response'
import { failedLoginPage } from './failed-login-page'

const issuer = 'https://auth.example.com'
const redirect = (responseMode: 'query' | 'form_post') =>
  restoreRedirect({ redirectUri: 'https://client.example/cb', state: 'the-state', responseMode }, issuer)

async function shown(
  code: Failure['code'],
  { reason = 'internal_error', mode = 'query' }: { reason?: Failure['reason']; mode?: 'query' | 'form_post' },
) {
  const failed = new FailedLogin(
    redirect(mode),
    { code, reason, description: 'a description' },
    { reference: 'ABCD-1234', isWatched: true },
  )
  const response = await failedLoginPage(failed, { publicUrl: issuer, language: 'en' }, ['a=; Max-Age=0'])
  return { response, page: await response.text() }
}

const linkIn = (page: string) =>
  new URL(
    (/class="button"[^>]* href="([^"]+)"/.exec(page)?.[1] ?? '').replace(/&#(\d+);/g, (_, point: string) =>
      String.fromCharCode(Number(point)),
    ),
  )

describe.each([
  ['temporarily_unavailable', 503, 'Signing in didn’t work just now'],
  ['server_error', 400, 'Signing in didn’t work'],
  ['access_denied', 400, 'You don’t have access'],
] as const)('a login that failed with %s', (code, status, said) => {
  it('is a page with a way on: back to the client, which is told the same, with the reference', async () => {
    const { response, page } = await shown(code, {})
    expect(response.status).toBe(status)
    expect(response.headers.getSetCookie()).toEqual(['a=; Max-Age=0'])
    expect(page).toContain(said)
    expect(page).toContain('ABCD-1234')
    const link = linkIn(page)
    expect(link.origin + link.pathname).toBe('https://client.example/cb')
    expect(Object.fromEntries(link.searchParams)).toEqual({
      error: code,
      error_description: 'a description (reference ABCD-1234)',
      state: 'the-state',
      iss: issuer,
    })
  })

  it('is a form for a client that wants its answers posted', async () => {
    const { page } = await shown(code, { mode: 'form_post' })
    expect(page).toContain('method="post" action="https://client.example/cb"')
    expect(page).toContain(`value="${code}"`)
    expect(page).toContain('a description (reference ABCD-1234)')
  })
})

it('trouble of ours says when to try again, and a no does not', async () => {
  const { response: trouble } = await shown('temporarily_unavailable', {})
  expect(Number(trouble.headers.get('retry-after'))).toBeGreaterThan(0)
  const { response: no } = await shown('access_denied', {})
  expect(no.headers.has('retry-after')).toBe(false)
})
