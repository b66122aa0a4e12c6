import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkResources, isResourceUri, matchesResource } from './resource'

const server = {
  resource: 'https://mcp.example.com/Mcp?tenant=A',
  aliases: ['https://old.example.com', 'http://localhost:3002/mcp/'],
}

describe('resource (RFC 8707 §2)', () => {
  it('is an absolute http(s) URI [RFC-9]', () => {
    expect(isResourceUri('https://mcp.example.com/mcp')).toBe(true)
    expect(isResourceUri('HTTP://LOCALHOST:3002')).toBe(true)
    for (const bad of ['', 'mcp', '/mcp', '//mcp.example.com', 'urn:mcp', 'https:', 'https://', 'ftp://a/'])
      expect(isResourceUri(bad)).toBe(false)
  })

  it('has no fragment, user, space, backslash or control character [RFC-9]', () => {
    for (const bad of [
      'https://a.example/#',
      'https://a.example/#x',
      'https://u@a.example/',
      'https://a.example/ b',
      'https://a.example/\n',
      ' https://a.example/',
      'https://a.example:99999/',
      'https://ä.example/',
      'https://a.example\\mcp',
    ])
      expect(isResourceUri(bad)).toBe(false)
  })
})

describe('whether a resource is meant', () => {
  it.each([
    'https://mcp.example.com/Mcp?tenant=A',
    'HTTPS://MCP.Example.COM/Mcp?tenant=A',
    'https://mcp.example.com:443/Mcp?tenant=A',
    'https://mcp.example.com/Mcp/?tenant=A',
    'https://old.example.com/',
    'https://old.example.com',
    'http://localhost:3002/mcp',
  ])('%s is', (requested) => expect(matchesResource(requested, server)).toBe(true))

  it.each([
    'https://mcp.example.com/mcp?tenant=A',
    'https://mcp.example.com/Mcp?tenant=a',
    'https://mcp.example.com/Mcp',
    'https://mcp.example.com/Mcp//?tenant=A',
    'https://mcp.example.com/x/../Mcp?tenant=A',
    'https://mcp.example.com/%4dcp?tenant=A',
    'https://mcp.example.com:80/Mcp?tenant=A',
    'http://mcp.example.com/Mcp?tenant=A',
    'https://mcp.example.com.evil.example/Mcp?tenant=A',
    'https://old.example.com/mcp',
    'https://old.example.com//',
    'http://localhost/mcp',
    'not a uri',
  ])('%s is not', (requested) => expect(matchesResource(requested, server)).toBe(false))

  it('does not depend on the case of the host, the default port or one slash at the end [AS-34]', () => {
    const uri = fc.webUrl({ validSchemes: ['https'] }).filter((value) => isResourceUri(value))
    fc.assert(
      fc.property(uri, (resource) => {
        const { host, pathname } = new URL(resource)
        const rest = resource.slice(resource.indexOf(host) + host.length)
        const known = { resource, aliases: [] }
        expect(matchesResource(resource, known)).toBe(true)
        expect(matchesResource(`HTTPS://${host.toUpperCase()}${rest}`, known)).toBe(true)
        if (!host.includes(':')) expect(matchesResource(`https://${host}:443${rest}`, known)).toBe(true)
        if (!pathname.endsWith('/')) expect(matchesResource(`${resource}/`, known)).toBe(true)
        expect(matchesResource(`${resource}x`, known)).toBe(false)
      }),
    )
  })

  it('never throws, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        expect(matchesResource(value, server)).toBe(false)
      }),
    )
  })
})

describe('two names of one resource', () => {
  const one = (words: string) => fc.constantFrom('', ...words.split(' '))
  const uri = fc
    .tuple(
      fc.constantFrom('https://', 'HTTPS://', 'http://'),
      fc.constantFrom('mcp.example.com', 'MCP.example.com', 'mcp.example.com.', 'evil.example', '[::1]'),
      one(':443 :80 :8443 : \\ @'),
      one('/ // /mcp /mcp/ /MCP /./mcp /%6dcp \\mcp @evil.example'),
      one('? ?a=1 ?a=1/ # .'),
    )
    .map((parts) => parts.join(''))
  const pair = fc.oneof(
    fc.tuple(uri, uri),
    fc.tuple(uri, one('/ // ? . :443')).map(([value, end]) => [value, value + end] as const),
  )
  const means = (requested: string, resource: string) => matchesResource(requested, { resource, aliases: [] })

  it('are of one origin and query, as the URL standard reads them', () => {
    let matched = 0
    fc.assert(
      fc.property(pair, ([one, other]) => {
        if (!isResourceUri(other) || !means(one, other)) return
        matched += 1
        const [a, b] = [new URL(one), new URL(other)]
        expect([a.origin, a.search, a.username, a.hash]).toEqual([b.origin, b.search, b.username, b.hash])
        expect(a.pathname.replace(/\/$/, '')).toBe(b.pathname.replace(/\/$/, ''))
      }),
      { numRuns: 5000 },
    )
    expect(matched).toBeGreaterThan(50)
  })

  it('name each other', () => {
    fc.assert(
      fc.property(pair, ([one, other]) => {
        fc.pre(isResourceUri(one) && isResourceUri(other))
        expect(means(one, other)).toBe(means(other, one))
        expect(means(one, one)).toBe(true)
      }),
    )
  })
})

describe('the resource parameters of a request (RFC 8707 §2)', () => {
  it('may be missing, one, or several spellings of one resource', () => {
    expect(() => checkResources([], server)).not.toThrow()
    expect(() => checkResources([server.resource, 'https://old.example.com/'], server)).not.toThrow()
  })

  it('are invalid_target when any is malformed or means another server [RFC-9]', () => {
    for (const bad of ['', 'nonsense', 'https://evil.example/', `${server.resource}#x`])
      expect(() => checkResources([server.resource, bad], server)).toThrow(
        expect.objectContaining({ code: 'invalid_target', status: 400 }),
      )
  })
})
