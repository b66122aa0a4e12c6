import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveRedirectUri, responseLocation, successResponse } from './authorization-response'
import { checkRedirectUri, findRedirectUri, matchesRedirectUri } from './redirect-uri'

/** What clients register, with the ends that a response must not run into. */
const REGISTERED = [
  'https://claude.ai/api/mcp/auth_callback',
  'https://example.com:8443/cb?tenant=1',
  'http://127.0.0.1/',
  'http://localhost:6274/oauth/callback/debug',
  'http://[::1]:8080/callback',
  'cursor://anysphere.cursor-mcp/oauth/callback',
  'com.example.app:/cb',
  'https://example.com/cb&',
  'https://example.com/cb?',
  'cursor://app/cb&',
  'com.example.app:/cb?a&',
]

/** What those who want to be somewhere else put in between. */
const PIECES =
  `http:// https:// HTTPS: javascript: cursor:// localhost 127.0.0.1 127.1 [::1] ⓛocalhost evil.example @ %40
  %25@ %2e . ..;/ : :80 :443 / // \\ ? # & = code \t \0`.split(/[ \n]+/)

const spliced = fc.array(fc.constantFrom(...PIECES), { maxLength: 8 }).map((pieces) => pieces.join(''))

describe('where a browser is sent', () => {
  const known = fc.constantFrom(...REGISTERED)
  const registrations = fc.array(fc.oneof(known, spliced), { minLength: 1, maxLength: 4 })
  const port = fc.integer({ min: 0, max: 70_000 })
  /** A registered one as it is, with a port, at another loopback host, or bent a little. */
  const requests = (registered: readonly string[]) => {
    const uri = fc.constantFrom(...registered)
    const ported = fc
      .tuple(uri, port)
      .map(([value, number]) => value.replace(/^(\w+:\/\/[^/?#]+?)(:\d+)?(?=[/?#]|$)/, `$1:${number}`))
    const moved = fc
      .tuple(uri, fc.constantFrom('localhost', '127.0.0.1', '[::1]', '127.0.0.2', 'localhost.evil.example'))
      .map(([value, host]) => value.replace(/localhost|127\.0\.0\.1|\[::1\]/, host))
    const bent = fc
      .tuple(uri, fc.nat(40), fc.constantFrom(...PIECES), fc.nat(6))
      .map(([value, at, piece, cut]) => value.slice(0, at) + piece + value.slice(at + cut))
    return fc.option(fc.oneof(uri, ported, moved, bent, spliced), { nil: undefined })
  }
  const request = registrations.chain((registered) => fc.tuple(fc.constant(registered), requests(registered)))
  const issuer = 'https://auth.example.com'

  /** All of the address that the response does not add to; the port of loopback counts for nothing. */
  const place = (uri: string) => {
    const { protocol, hostname, port, pathname, hash, username } = new URL(uri)
    const anyPort = protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
    return [protocol, username, hostname, anyPort ? '' : port, pathname || '/', hash].join(' ')
  }

  it('is a place that was registered, as the URL standard reads it, whatever is asked for', () => {
    let sent = 0
    fc.assert(
      fc.property(request, fc.string({ unit: 'binary' }), ([registered, requested], state) => {
        const redirect = resolveRedirectUri({ redirectUris: registered }, requested, { issuer, state })
        if (!redirect) return
        sent += 1
        const location = responseLocation(successResponse(redirect, 'vst_code_x'))
        expect(registered.filter((uri) => checkRedirectUri(uri) === null).map(place)).toContain(
          place(location),
        )
        expect(new URL(location).searchParams.getAll('code')).toEqual(['vst_code_x'])
      }),
      { numRuns: 3000 },
    )
    expect(sent).toBeGreaterThan(300)
  })

  it.each(['cursor://??', 'cursor://?', 'cursor://?a&', 'cursor://?a?', 'https://a.example/?a=b'])(
    'gets the code as a parameter of its own: %s',
    (uri) => {
      const redirect = resolveRedirectUri({ redirectUris: [uri] }, uri, { issuer })
      expect(redirect).not.toBeNull()
      const location = redirect && responseLocation(successResponse(redirect, 'vst_code_x'))
      expect(new URL(location ?? '').searchParams.get('code')).toBe('vst_code_x')
    },
  )

  it('is found again when it is asked for again, and nothing but the request was taken', () => {
    fc.assert(
      fc.property(request, ([registered, requested]) => {
        const found = findRedirectUri(registered, requested)
        if (found === null) return
        expect(found).toBe(requested ?? registered[0])
        expect(findRedirectUri(registered, found)).toBe(found)
        expect(findRedirectUri([found], found)).toBe(found)
      }),
      { numRuns: 2000 },
    )
  })

  it('does not depend on which of the two was registered', () => {
    fc.assert(
      fc.property(request, ([registered, requested]) => {
        for (const uri of registered)
          expect(matchesRedirectUri(uri, requested ?? '')).toBe(matchesRedirectUri(requested ?? '', uri))
      }),
    )
  })
})
