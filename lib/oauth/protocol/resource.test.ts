import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkResources, isResourceUri, matchesResource } from './resource'

const server = {
  resource: 'https://mcp.example.com/Mcp?tenant=A',
  aliases: ['https://old.example.com', 'http://localhost:3002/mcp/'],
}

describe('resource (RFC 8707 §2)', () => {
  it('is an absolute http(s) URI', () => {
    expect(isResourceUri('https://mcp.example.com/mcp')).toBe(true)
    expect(isResourceUri('HTTP://LOCALHOST:3002')).toBe(true)
    for (const bad of ['', 'mcp', '/mcp', '//mcp.example.com', 'urn:mcp', 'https:', 'https://', 'ftp://a/'])
      expect(isResourceUri(bad)).toBe(false)
  })

  it('has no fragment, user, space or control character', () => {
    for (const bad of [
      'https://a.example/#',
      'https://a.example/#x',
      'https://u@a.example/',
      'https://a.example/ b',
      'https://a.example/\n',
      ' https://a.example/',
      'https://a.example:99999/',
      'https://ä.example/',
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

  it('does not depend on the case of the host, the default port or one slash at the end', () => {
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

describe('the resource parameters of a request (RFC 8707 §2)', () => {
  it('may be missing, one, or several spellings of one resource', () => {
    expect(() => checkResources([], server)).not.toThrow()
    expect(() => checkResources([server.resource, 'https://old.example.com/'], server)).not.toThrow()
  })

  it('are invalid_target when any is malformed or means another server', () => {
    for (const bad of ['', 'nonsense', 'https://evil.example/', `${server.resource}#x`])
      expect(() => checkResources([server.resource, bad], server)).toThrow(
        expect.objectContaining({ code: 'invalid_target', status: 400 }),
      )
  })
})
