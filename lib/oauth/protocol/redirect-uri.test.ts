import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkRedirectUri,
  findRedirectUri,
  matchesRedirectUri,
  redirectHost,
  redirectKind,
} from './redirect-uri'

/** What real MCP clients register. */
const REAL = [
  'https://claude.ai/api/mcp/auth_callback',
  'https://chatgpt.com/connector_platform_oauth_redirect',
  'https://vscode.dev/redirect',
  'http://127.0.0.1/',
  'http://127.0.0.1:33418/',
  'http://localhost/callback',
  'http://localhost:6274/oauth/callback/debug',
  'http://[::1]:8080/callback',
  'cursor://anysphere.cursor-mcp/oauth/callback',
  'vscode://vscode.github-authentication/did-authenticate?windowId=1',
  'com.example.app:/cb',
]

/** Pieces of known bypasses, to be put together in every order. */
const PIECES = [
  'http://',
  'https://',
  'HTTPS:',
  'javascript:',
  'cursor://',
  'localhost',
  '127.0.0.1',
  '127.1',
  '2130706433',
  '0x7f.0.0.1',
  '[::1]',
  '[::ffff:127.0.0.1]',
  'ⓛocalhost',
  'evil.example',
  '@',
  '%40',
  '%25@',
  '%2e',
  '.',
  '..;/',
  ':',
  ':80',
  ':443',
  '/',
  '//',
  '\\',
  '?',
  '#',
  '&',
  '=',
  'code',
  '\t',
  '\r\n',
  '\0',
  ' ',
]
const spliced = fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => pieces.join(''))

describe('redirect URIs that may be registered', () => {
  it.each(REAL)('accepts %s', (uri) => expect(checkRedirectUri(uri)).toBeNull())

  it.each([
    'https://example.com',
    'https://example.com?tenant=1',
    'https://example.com:443/cb',
    'https://example.com:8443/cb?list[]=1',
    'https://my_app.example.com/cb%20a',
    'https://xn--bcher-kva.example/cb',
    'https://localhost:3000/cb',
    'MyApp://callback',
    'com.example.app:///cb',
  ])('accepts %s', (uri) => expect(checkRedirectUri(uri)).toBeNull())
})

describe('redirect URIs that are refused', () => {
  it.each([
    ['not a string', 42],
    ['missing', undefined],
    ['an object that prints as a URI', { toString: () => 'https://example.com/' }],
    ['empty', ''],
    ['relative', '/callback'],
    ['without a scheme', '//example.com/cb'],
    ['a host and port without http://', 'localhost:3000/callback'],
    ['a name in front', 'https://good.example@evil.example/'],
    ['an empty name in front', 'https://@evil.example/'],
    ['a password', 'http://localhost:80@evil.example/'],
    ['a name in front of an app', 'cursor://user@host/cb'],
    ['an encoded @ in the host', 'https://good.example%25@evil.example/'],
    ['a fragment', 'https://example.com/cb#x'],
    ['an empty fragment', 'https://example.com/cb#'],
    ['a space', 'https://example.com/c b'],
    ['a leading space', ' https://example.com/'],
    ['a tab that a browser removes', 'java\tscript:alert(1)'],
    ['a line break that a browser removes', 'https://example.com/\r\nSet-Cookie:a=b'],
    ['a NUL', 'https://example.com/\0'],
    ['a backslash that a browser reads as a slash', 'https://evil.example\\@good.example/'],
    ['raw non-ASCII', 'https://bücher.example/'],
    ['non-ASCII that folds to ASCII', 'http://ⓛocalhost/'],
    ['a broken percent escape', 'https://example.com/%zz'],
    ['quotes and brackets', 'https://example.com/"><script>'],
    ['an encoded host', 'https://ex%61mple.com/'],
    ['an upper-case host', 'https://EXAMPLE.com/'],
    ['an upper-case scheme', 'HTTPS://example.com/'],
    ['no slashes after the scheme', 'https:example.com/'],
    ['too many slashes after the scheme', 'https:///example.com/'],
    ['a trailing dot', 'https://example.com./'],
    ['an empty label', 'https://example..com/'],
    ['a wildcard', 'https://*.example.com/'],
    ['an impossible port', 'https://example.com:99999/'],
    ['a port without a number', 'https://example.com:/'],
    ['a port with a leading zero', 'http://localhost:080/'],
    ['http elsewhere', 'http://example.com/cb'],
    ['a host that begins with localhost', 'http://localhost.evil.example/'],
    ['localhost with a trailing dot', 'http://localhost./'],
    ['a user that looks like loopback', 'http://127.0.0.1@evil.example/'],
    ['a short loopback address', 'http://127.1/'],
    ['a decimal loopback address', 'http://2130706433/'],
    ['a hexadecimal loopback address', 'http://0x7f000001/'],
    ['another loopback address', 'http://127.0.0.2/'],
    ['all addresses', 'http://0.0.0.0/'],
    ['a long IPv6 loopback address', 'http://[0:0:0:0:0:0:0:1]/'],
    ['a mapped loopback address', 'http://[::ffff:127.0.0.1]/'],
    ['a drive letter', 'c:/windows/system32'],
    ['out of band', 'urn:ietf:wg:oauth:2.0:oob'],
    ['an app without a path', 'com.example.app:cb'],
    ['too long', `https://example.com/${'a'.repeat(2048)}`],
  ])('refuses %s [AS-27 RFC-4 H-14]', (_, uri) => expect(checkRedirectUri(uri)).toMatch(/^its? /))

  it.each(
    `javascript data vbscript file blob about ws wss ftp mailto tel view-source filesystem chrome
    chrome-extension intent content ms-msdt search-ms`.split(/\s+/),
  )('refuses the scheme %s however it is spelled [AS-27 H-15]', (scheme) => {
    for (const rest of [':/x', '://x/y', ':alert(1)']) {
      expect(checkRedirectUri(scheme + rest)).not.toBeNull()
      expect(checkRedirectUri(scheme.toUpperCase() + rest)).not.toBeNull()
    }
  })

  it.each(['code', 'state', 'iss', 'error', '%63ode', 'st%61te'])(
    'refuses a query with a %s of its own: the response would have two [RFC-8]',
    (name) => {
      expect(checkRedirectUri(`https://example.com/cb?x=1&${name}=2`)).toMatch(/of its own/)
      expect(checkRedirectUri(`cursor://app/cb?${name}`)).toMatch(/of its own/)
    },
  )
})

describe('whatever is accepted', () => {
  const anything = fc.oneof(spliced, fc.string({ unit: 'binary' }), fc.webUrl({ withFragments: true }))

  it('means the same to the reader of its spelling and to a browser [H-14]', () => {
    let accepted = 0
    fc.assert(
      fc.property(anything, (uri) => {
        if (checkRedirectUri(uri) !== null) return
        accepted += 1
        const url = new URL(uri)
        expect(url.username + url.password + url.hash).toBe('')
        expect(uri).toMatch(/^[\x21-\x7e]+$/)
        expect(uri.startsWith(`${url.protocol}//${url.host}`) || redirectKind(uri) === 'private-use').toBe(
          true,
        )
        expect(['javascript:', 'data:', 'file:', 'ws:', 'wss:', 'ftp:']).not.toContain(url.protocol)
        if (url.protocol === 'http:') expect(['localhost', '127.0.0.1', '[::1]']).toContain(url.hostname)
      }),
      { numRuns: 5000 },
    )
    expect(accepted).toBeGreaterThan(100)
  })

  it('matches itself', () => {
    fc.assert(
      fc.property(anything, (uri) => {
        expect(matchesRedirectUri(uri, uri)).toBe(checkRedirectUri(uri) === null)
      }),
    )
  })

  it('never matches another host, also when it resembles a registered one [AS-28]', () => {
    const resembling = fc
      .tuple(fc.constantFrom(...REAL), fc.nat(60), fc.constantFrom(...PIECES), fc.nat(8))
      .map(([uri, at, piece, cut]) => uri.slice(0, at) + piece + uri.slice(at + cut))
    const host = (uri: string) => redirectHost(uri).replace(/:\d+$/, '')
    fc.assert(
      fc.property(fc.constantFrom(...REAL), fc.oneof(resembling, spliced), (registered, requested) => {
        if (matchesRedirectUri(registered, requested)) expect(host(requested)).toBe(host(registered))
      }),
      { numRuns: 5000 },
    )
    for (const registered of REAL)
      for (const requested of REAL)
        expect(matchesRedirectUri(registered, requested)).toBe(
          registered === requested ||
            (registered.startsWith('http://127.0.0.1') && requested.startsWith('http://127.0.0.1')),
        )
  })
})

describe('matching by exact string (OAuth 2.1 §2.3.1)', () => {
  const registered = 'https://example.com/cb?tenant=1'

  it.each([
    'https://example.com/cb?tenant=1&x=2',
    'https://example.com/cb',
    'https://example.com/cb/?tenant=1',
    'https://example.com/CB?tenant=1',
    'https://example.com:443/cb?tenant=1',
    'https://example.com:8443/cb?tenant=1',
    'https://example.com/x/../cb?tenant=1',
    'https://example.com/%63b?tenant=1',
    'https://example.com/cb..;/x?tenant=1',
    'https://example.com.evil.example/cb?tenant=1',
    'http://example.com/cb?tenant=1',
  ])('is not %s [AS-28]', (requested) => expect(matchesRedirectUri(registered, requested)).toBe(false))

  it('has no port rule for private-use schemes or https on loopback', () => {
    expect(matchesRedirectUri('cursor://localhost:1/cb', 'cursor://localhost:2/cb')).toBe(false)
    expect(matchesRedirectUri('https://localhost:1/cb', 'https://localhost:2/cb')).toBe(false)
  })

  it('does not match what may not be registered, even if it was [H-14]', () => {
    expect(matchesRedirectUri('javascript:alert(1)', 'javascript:alert(1)')).toBe(false)
    expect(matchesRedirectUri('http://evil.example/', 'http://evil.example/')).toBe(false)
  })
})

describe('loopback redirect URIs (RFC 8252 §7.3)', () => {
  it('may ask for any port [RFC-10 H-17]', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('localhost', '127.0.0.1', '[::1]'),
        fc.constantFrom('', ':3000'),
        fc.integer({ min: 0, max: 65535 }),
        (host, registeredPort, port) => {
          expect(
            matchesRedirectUri(`http://${host}${registeredPort}/cb?a=1`, `http://${host}:${port}/cb?a=1`),
          ).toBe(true)
        },
      ),
    )
    expect(matchesRedirectUri('http://127.0.0.1:3000/cb', 'http://127.0.0.1/cb')).toBe(true)
    expect(matchesRedirectUri('http://localhost', 'http://localhost:51234')).toBe(true)
  })

  it.each([
    ['another loopback host', 'http://localhost:1/cb'],
    ['the IPv6 address', 'http://[::1]:1/cb'],
    ['another path', 'http://127.0.0.1:1/cb2'],
    ['another query', 'http://127.0.0.1:1/cb?x=1'],
    ['https', 'https://127.0.0.1:1/cb'],
    ['a port that hides a host', 'http://127.0.0.1:1@evil.example/cb'],
    ['no port at all', 'http://127.0.0.1:65536/cb'],
  ])('does not match %s [AS-28 RFC-10]', (_, requested) =>
    expect(matchesRedirectUri('http://127.0.0.1/cb', requested)).toBe(false),
  )
})

describe('the redirect URI of a request (RFC 6749 §3.1.2.3)', () => {
  it('is returned as requested, byte for byte', () => {
    expect(findRedirectUri(REAL, 'http://127.0.0.1:50123/')).toBe('http://127.0.0.1:50123/')
    expect(findRedirectUri(REAL, 'com.example.app:/cb')).toBe('com.example.app:/cb')
  })

  it('may be omitted only with exactly one registered [RFC-3]', () => {
    expect(findRedirectUri(['https://example.com/cb'], undefined)).toBe('https://example.com/cb')
    expect(findRedirectUri(['https://example.com/cb', 'https://example.com/2'], undefined)).toBeNull()
    expect(findRedirectUri([], undefined)).toBeNull()
  })

  it('is checked again when it comes from the store', () => {
    expect(findRedirectUri(['javascript:alert(1)'], undefined)).toBeNull()
  })

  it('is null when it is not registered', () => {
    expect(findRedirectUri(REAL, 'https://evil.example/')).toBeNull()
    expect(findRedirectUri(REAL, '')).toBeNull()
  })
})

describe('what the consent page says about it', () => {
  it.each([
    ['https://example.com:8443/cb', 'https', 'example.com:8443'],
    ['http://localhost:33418/', 'loopback', 'localhost:33418'],
    ['http://[::1]/cb', 'loopback', '[::1]'],
    ['https://localhost:3000/cb', 'loopback', 'localhost:3000'],
    ['cursor://anysphere.cursor-mcp/oauth/callback', 'private-use', 'cursor://'],
    ['com.example.app:/cb', 'private-use', 'com.example.app://'],
    ['MyApp://localhost/cb', 'private-use', 'myapp://'],
  ])('%s is %s at %s', (uri, kind, host) => {
    expect(redirectKind(uri)).toBe(kind)
    expect(redirectHost(uri)).toBe(host)
  })
})
