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
  ])('refuses %j', (url, reason) => {
    expect(checkClientIdUrl(url, PUBLIC)).toContain(reason)
  })

  it('lets clients be on this machine only where the server is', () => {
    for (const url of ['http://localhost:9000/a', 'http://127.0.0.1/a', 'http://[::1]:9000/a']) {
      expect(checkClientIdUrl(url, LOCAL)).toBeNull()
      expect(checkClientIdUrl(url, 'http://third.localhost:3000')).toBeNull()
      expect(checkClientIdUrl(url, PUBLIC)).toBe('it must use https')
    }
    for (const url of ['http://localhost.evil.example/a', 'http://127.0.0.1.evil.example/a'])
      expect(checkClientIdUrl(url, LOCAL)).toBe('it must use https')
  })

  it('are told from ids that were given out here', () => {
    for (const id of ['cli', 'aBc-_0', 'urn:a', 'https', 'ftp://client.example/a', ''])
      expect(isClientIdUrl(id)).toBe(false)
  })

  it('name their host', () => {
    expect(clientIdHost('https://claude.ai/a')).toBe('claude.ai')
    expect(clientIdHost('https://client.example:8443/a')).toBe('client.example:8443')
  })
})
