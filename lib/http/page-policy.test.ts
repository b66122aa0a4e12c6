import { describe, expect, it } from 'vitest'
import { type PagePolicy, pagePolicy } from './page-policy'

/** Directives by name. */
function directives(page: PagePolicy | null): Record<string, string> {
  const entries = (page?.policy ?? '').split('; ').map((directive) => directive.split(/ (.*)/s))
  return Object.fromEntries(entries.map(([name = '', value = '']) => [name, value]))
}

describe('pagePolicy', () => {
  it('lets a page run one script of ours and nothing else, in no frame', () => {
    const page = pagePolicy('/console/sign-in')
    const policy = directives(page)
    expect(policy).toMatchObject({
      'default-src': "'self'",
      'style-src': "'self'",
      'frame-ancestors': "'none'",
      'base-uri': "'none'",
      'object-src': "'none'",
    })
    expect(policy['script-src']).toMatch(/^'nonce-[A-Za-z0-9+/]{22}=='$/)
    const nonce = policy['script-src']?.slice(7, -1)
    expect(page?.script).toBe(`<script src="/pages.js" nonce="${nonce}" defer></script>`)
  })

  it.each(['/', '/account', '/oauth/consent', '/oauth/consent/', '/oauth/device'])(
    'lets %s, which is for end users, run no script at all',
    (path) => {
      expect(directives(pagePolicy(path))['script-src']).toBe("'none'")
      expect(pagePolicy(path)).not.toHaveProperty('script')
    },
  )

  it('covers every spelling under which the page is served', () => {
    for (const path of ['/oauth/consent/', '/oauth/%63onsent', '/%63onsole/sign-in', '/console/', '//'])
      expect(pagePolicy(path)?.policy, path).toContain("frame-ancestors 'none'")
  })

  it('has no form-action, which would break the redirect to an app of its own scheme [H-9]', () => {
    expect(directives(pagePolicy('/oauth/consent'))).not.toHaveProperty('form-action')
  })

  it('allows nothing unsafe', () => {
    for (const path of ['/', '/console']) expect(pagePolicy(path)?.policy).not.toContain('unsafe')
  })

  it('has a nonce of its own for every answer', () => {
    const nonces = Array.from({ length: 100 }, () => directives(pagePolicy('/console'))['script-src'])
    expect(new Set(nonces).size).toBe(100)
  })

  it.each([
    '/oauth/authorize',
    '/oauth/consent/open',
    '/oauth/consent/decision',
    '/healthz',
    '/_next/static/a.js',
  ])('leaves %s alone, which answers for itself', (path) => {
    expect(pagePolicy(path)).toBeNull()
  })
})
