import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { AuthorizationResponse } from '@/lib/oauth/protocol/authorization-response'
import { errorPage } from './error-page'
import { formPostPage } from './form-post-page'

const answer = (changes: Partial<AuthorizationResponse> = {}): AuthorizationResponse => ({
  mode: 'form_post',
  redirectUri: 'https://client.example/cb',
  parameters: [
    ['code', 'vst_code_x'],
    ['state', 's'],
    ['iss', 'https://auth.example.com'],
  ],
  ...changes,
})
const page = (changes: Partial<AuthorizationResponse> = {}, cookies: readonly string[] = []) =>
  formPostPage(answer(changes), { publicUrl: 'https://auth.example.com', language: 'en' }, cookies)

const INJECTIONS = [
  '"><script>alert(1)</script>',
  "' autofocus onfocus=alert(1) x='",
  '</form><form action="https://evil.example">',
  '&quot;><img src=x onerror=alert(1)>',
  '<!--',
  '\t\u0001\u202E\u0085  two  spaces ',
]

describe('an answer that is posted (OAuth 2.0 Form Post Response Mode §2)', () => {
  it('is a page that is not stored, framed or referred from, and whose cookies go with it', () => {
    const response = page({}, ['a=; Max-Age=0', 'b=; Max-Age=0'])
    expect(response.status).toBe(200)
    expect(response.headers.getSetCookie()).toEqual(['a=; Max-Age=0', 'b=; Max-Age=0'])
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
  })

  it('runs its one script, which the policy admits by its hash, and names no form-action', async () => {
    const response = page()
    const [, script = ''] = /<script>(.*?)<\/script>/s.exec(await response.text()) ?? []
    const hash = createHash('sha256').update(script).digest('base64')
    expect(response.headers.get('content-security-policy')).toBe(
      `default-src 'none'; script-src 'sha256-${hash}'; style-src https://auth.example.com; img-src https://auth.example.com; frame-ancestors 'none'; base-uri 'none'`,
    )
  })

  it('has every value in a field, a button, and says where it leads', async () => {
    const text = await page().text()
    expect(text).toContain('<form class="way-out" method="post" action="https://client.example/cb"')
    expect(text).toContain('<input type="hidden" name="code" value="vst_code_x">')
    expect(text).toContain('<input type="hidden" name="iss" value="https://auth.example.com">')
    expect(text).toMatch(/<button class="button"><bdi>Continue<\/bdi><\/button>/)
    expect(text).toContain('<bdi class="address">client.example</bdi>')
  })

  it.each(INJECTIONS)('carries %j as it is, and nothing breaks out', async (state) => {
    const text = await page({ parameters: [['state', state]] }).text()
    const plain = await page({ parameters: [['state', 'x']] }).text()
    expect(tags(text)).toEqual(tags(plain))
    const [, value = ''] = /name="state" value="([^"]*)"/.exec(text) ?? []
    expect(value.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code))).toBe(state)
  })

  it.each([
    'javascript:alert(1)',
    'cursor://app/cb',
    'http://client.example/cb',
    'https://a@evil.example/cb',
  ])('is never sent to %s', (redirectUri) => {
    expect(() => page({ redirectUri })).toThrow('cannot be posted')
  })
})

describe('an error page with a form', () => {
  const shown = (response: AuthorizationResponse) =>
    errorPage({
      title: 'Not possible',
      message: 'x',
      publicUrl: 'https://auth.example.com',
      language: 'en',
      status: 400,
      form: { response, label: 'Return to Notes' },
    })

  it('waits for the user: it has a button and no script', async () => {
    const response = await shown(answer())
    const text = await response.text()
    expect(text).toContain('<button class="button"><bdi>Return to Notes</bdi></button>')
    expect(text).toContain('<bdi class="address">client.example</bdi>')
    expect(text).not.toContain('<script')
    expect(response.headers.get('content-security-policy')).not.toContain('script-src')
  })

  it('has no form for an address that could not be registered', async () => {
    const response = await shown(answer({ redirectUri: 'javascript:alert(1)' }))
    expect(await response.text()).not.toContain('<form')
  })
})

function tags(text: string): readonly string[] {
  return (text.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/ value="[^"]*"/, ''))
}
