import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkClientIdUrl, clientIdHost, isClientIdUrl } from './client-id-url'

const PUBLIC = 'https://auth.example.com'
const LOCAL = 'http://localhost:3000'

describe('addresses as client ids (CIMD §3)', () => {
  it.each([
    'https://claude.ai/oauth/mcp-oauth-client-metadata',
    'https://client.example/',
    'https://client.example:8443/a/b.json',
    'https://xn--bcher-kva.example/client',
  ])('accepts %s', (url) => {
    expect(isClientIdUrl(url)).toBe(true)
    expect(checkClientIdUrl(url, PUBLIC)).toBeNull()
  })

  it.each([
    ['http://client.example/a', 'https'],
    ['https://client.example', 'plainly'],
    ['https://client.example/a#b', 'fragment'],
    ['https://client.example/a#', 'fragment'],
    ['https://client.example/a?b=c', 'query'],
    ['https://client.example/a?', 'query'],
    ['https://user@client.example/a', 'user name'],
    ['https://user:password@client.example/a', 'user name'],
    ['https://@client.example/a', 'plainly'],
    ['https://claude.ai@evil.example/a', 'user name'],
    ['https://client.example/a/../b', 'plainly'],
    ['https://client.example/./a', 'plainly'],
    ['https://client.example/%2e%2e/a', 'plainly'],
    ['https://client.example/a/.%2E', 'plainly'],
    ['https://client.example\\a', 'plainly'],
    ['https:/client.example/a', 'plainly'],
    ['https://Client.example/a', 'plainly'],
    ['HTTPS://client.example/a', 'plainly'],
    ['https://client.example:443/a', 'plainly'],
    ['https://client.example/a b', 'plainly'],
    ['https://client.example/a\n', 'plainly'],
    ['https://bücher.example/a', 'plainly'],
    ['https://0x7f.1/a', 'plainly'],
    ['https://', 'valid'],
    [`https://client.example/${'a'.repeat(2048)}`, 'longer'],
  ])('refuses %j [AS-19]', (url, reason) => {
    expect(checkClientIdUrl(url, PUBLIC)).toContain(reason)
  })

  it('lets clients be on this machine only where the server is [AS-19]', () => {
    for (const url of ['http://localhost:9000/a', 'http://127.0.0.1/a', 'http://[::1]:9000/a']) {
      expect(checkClientIdUrl(url, LOCAL)).toBeNull()
      expect(checkClientIdUrl(url, 'http://third.localhost:3000')).toBeNull()
      expect(checkClientIdUrl(url, PUBLIC)).toBe('it must use https')
    }
    for (const url of [
      'ftp://localhost/a',
      'app://localhost',
      'http://localhost.evil.example/a',
      'http://127.0.0.1.evil.example/a',
    ])
      expect(checkClientIdUrl(url, LOCAL)).toBe('it must use https')
  })

  it('differ from issued ids [AS-21]', () => {
    for (const id of ['cli', 'aBc-_0', 'urn:a', 'https', 'ftp://client.example/a', ''])
      expect(isClientIdUrl(id)).toBe(false)
  })

  it('name their host', () => {
    expect(clientIdHost('https://claude.ai/a')).toBe('claude.ai')
    expect(clientIdHost('https://client.example:8443/a')).toBe('client.example:8443')
  })

  const pieces =
    'https:// http:// HTTPS:// https:/ client.example Client.example localhost a.localhost 127.0.0.1 0x7f.1 [::1] @ : :443 :8443 / // /a /. /.. /%2e%2e \\ ? # %40 %2f é . \t'
  const spliced = fc.array(fc.constantFrom(...pieces.split(' ')), { maxLength: 7 }).map((all) => all.join(''))
  const anything = fc.oneof(spliced, fc.webUrl(), fc.string({ unit: 'binary' }))

  it('are asked for at the host that is shown, and have one spelling, whatever is accepted', () => {
    let accepted = 0
    fc.assert(
      fc.property(anything, fc.constantFrom(PUBLIC, LOCAL), (id, issuer) => {
        if (checkClientIdUrl(id, issuer) !== null) return
        accepted += 1
        const url = new URL(id)
        expect(url.href).toBe(id)
        expect(id.startsWith(`${url.protocol}//${clientIdHost(id)}/`)).toBe(true)
        expect(url.username + url.password + url.search + url.hash).toBe('')
        if (issuer === PUBLIC) expect(url.protocol).toBe('https:')
        if (url.protocol === 'http:') expect(url.hostname).toMatch(/localhost$|^127\.|^\[::1\]$/)
        expect(isClientIdUrl(id)).toBe(true)
      }),
      { numRuns: 5000 },
    )
    expect(accepted).toBeGreaterThan(50)
  })
})
