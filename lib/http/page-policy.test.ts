import { describe, expect, it } from 'vitest'
import { pagePolicy } from './page-policy'

/** Directives by name. */
function directives(policy: string | null): Record<string, string> {
  const entries = (policy ?? '').split('; ').map((directive) => directive.split(/ (.*)/s))
  return Object.fromEntries(entries.map(([name = '', value = '']) => [name, value]))
}

describe('pagePolicy', () => {
  it('lets a page run our own scripts and nothing else, in no frame', () => {
    const policy = directives(pagePolicy('/console/sign-in', false))
    expect(policy).toMatchObject({
      'default-src': "'self'",
      'style-src': "'self'",
      'frame-ancestors': "'none'",
      'base-uri': "'none'",
      'object-src': "'none'",
    })
    expect(policy['script-src']).toMatch(/^'nonce-[A-Za-z0-9+/]{22}==' 'strict-dynamic'$/)
  })

  it.each(['/', '/account', '/oauth/consent', '/oauth/consent/', '/oauth/device'])(
    'lets %s, which is for end users, run no script at all',
    (path) => {
      expect(directives(pagePolicy(path, false))['script-src']).toBe("'none'")
    },
  )

  it('covers every spelling under which the page is served', () => {
    for (const path of ['/oauth/consent/', '/oauth/%63onsent', '/%63onsole/sign-in', '/console/', '//'])
      expect(pagePolicy(path, false), path).toContain("frame-ancestors 'none'")
  })

  it('has no form-action, which would break the redirect to an app of its own scheme [H-9]', () => {
    expect(directives(pagePolicy('/oauth/consent', false))).not.toHaveProperty('form-action')
  })

  it('allows nothing unsafe outside development', () => {
    expect(pagePolicy('/', false)).not.toContain('unsafe')
    expect(pagePolicy('/', true)).toContain("'unsafe-eval'")
  })

  it('has a nonce of its own for every answer', () => {
    const nonces = Array.from({ length: 100 }, () => directives(pagePolicy('/console', false))['script-src'])
    expect(new Set(nonces).size).toBe(100)
  })

  it.each([
    '/oauth/authorize',
    '/oauth/consent/open',
    '/oauth/consent/decision',
    '/healthz',
    '/_next/static/a.js',
  ])('leaves %s alone, which answers for itself', (path) => {
    expect(pagePolicy(path, false)).toBeNull()
  })
})
