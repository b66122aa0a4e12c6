import { describe, expect, it } from 'vitest'
import type { Server } from '@/lib/oauth/model'
import type { Servers } from '@/lib/oauth/ports/ports'
import { findServer, requestOrigin } from './issuer'

const PUBLIC_URL = 'https://auth.example.com'
const ISSUERS = [
  PUBLIC_URL,
  `${PUBLIC_URL}/s/acme`,
  'https://acme.mcp.example.com',
  'https://login.acme.com:8443',
]

/** Knows the issuers above, and notes what it was asked for. */
function servers() {
  const asked: string[] = []
  const port: Pick<Servers, 'findByIssuer'> = {
    findByIssuer: async (issuer) => {
      asked.push(issuer)
      return ISSUERS.includes(issuer) ? ({ issuer } as Server) : null
    },
  }
  return { port: port as Servers, asked }
}

/** What Next hands over: a URL that says localhost, whatever the client sent. */
const request = (host: string | null, path: string, headers: Record<string, string> = {}) =>
  new Request(`http://localhost:3000${path}`, { headers: { ...headers, ...(host !== null && { host }) } })

async function issuerOf(host: string | null, path: string, headers?: Record<string, string>) {
  return (await findServer(request(host, path, headers), PUBLIC_URL, servers().port))?.issuer
}

describe('findServer', () => {
  it.each([
    ['auth.example.com', '/oauth/token', PUBLIC_URL],
    ['auth.example.com', '/token', PUBLIC_URL],
    ['auth.example.com', '/s/acme/oauth/token', `${PUBLIC_URL}/s/acme`],
    ['auth.example.com', '/s/acme', `${PUBLIC_URL}/s/acme`],
    ['auth.example.com', '/.well-known/oauth-authorization-server', PUBLIC_URL],
    ['auth.example.com', '/.well-known/oauth-authorization-server/s/acme', `${PUBLIC_URL}/s/acme`],
    ['auth.example.com', '/.well-known/oauth-authorization-server/', PUBLIC_URL],
    ['auth.example.com', '/.well-known/openid-configuration/s/acme/', `${PUBLIC_URL}/s/acme`],
    ['auth.example.com', '/s/acme/.well-known/openid-configuration/', `${PUBLIC_URL}/s/acme`],
    ['auth.example.com', '/.well-known/oauth-authorization-server/s/acme//', undefined],
    ['auth.example.com', '/.well-known/oauth-authorization-server//', undefined],
    ['acme.mcp.example.com', '/oauth/token', 'https://acme.mcp.example.com'],
    ['login.acme.com:8443', '/oauth/token', 'https://login.acme.com:8443'],
  ])('finds the server of %s%s', async (host, path, issuer) => {
    expect(await issuerOf(host, path)).toBe(issuer)
  })

  it('folds the case of a host, and the port that https has anyway', async () => {
    expect(await issuerOf('AUTH.Example.COM:443', '/oauth/token')).toBe(PUBLIC_URL)
  })

  it.each([
    ['an unknown host', 'evil.example', '/oauth/token'],
    ['our host with another port', 'auth.example.com:8443', '/oauth/token'],
    ['a server’s host without its port', 'login.acme.com', '/oauth/token'],
    ['a host that only begins like ours', 'auth.example.com.evil.example', '/oauth/token'],
    ['a host with a dot at its end', 'auth.example.com.', '/oauth/token'],
    ['an unknown slug', 'auth.example.com', '/s/nobody/oauth/token'],
    ['a path issuer on a server’s own host', 'acme.mcp.example.com', '/s/acme/oauth/token'],
    [
      'metadata of a path that is no issuer',
      'auth.example.com',
      '/.well-known/oauth-authorization-server/s/acme/x',
    ],
  ])('finds none for %s [H-19]', async (_, host, path) => {
    expect(await issuerOf(host, path)).toBeUndefined()
  })

  it('does not let one host name the server of another', async () => {
    const path = '/.well-known/oauth-authorization-server/s/acme'
    expect(await issuerOf('acme.mcp.example.com', path)).toBeUndefined()
  })

  it.each(['x-forwarded-host', 'forwarded', 'x-host', 'x-original-host', 'x-vestibule-host'])(
    'does not believe %s [RFC-45]',
    async (name) => {
      const value = name === 'forwarded' ? 'host=auth.example.com' : 'auth.example.com'
      expect(await issuerOf('evil.example', '/oauth/token', { [name]: value })).toBeUndefined()
      expect(await issuerOf('auth.example.com', '/oauth/token', { [name]: 'evil.example' })).toBe(PUBLIC_URL)
    },
  )

  it('takes the scheme from our own origin, whatever is forwarded [H-18]', async () => {
    expect(await issuerOf('auth.example.com', '/oauth/token', { 'x-forwarded-proto': 'http' })).toBe(
      PUBLIC_URL,
    )
  })

  it.each([
    'auth.example.com/s/acme',
    'auth.example.com?',
    'auth.example.com#x',
    'me@auth.example.com',
    'auth.example.com, evil.example',
    'auth.example.com:',
    'auth.example.com:99999',
    'auth.example.com:80:443',
    '[::1',
    'a_b.example',
  ])('asks no store for a Host of %s, or for one that is not ours', async (host) => {
    const { port, asked } = servers()
    const found = await findServer(request(host, '/oauth/token'), PUBLIC_URL, port)
    if (host === 'auth.example.com:') expect(found?.issuer).toBe(PUBLIC_URL)
    else expect([found, asked]).toEqual([null, []])
  })

  it('finds none without a Host', async () => {
    expect(await issuerOf(null, '/oauth/token')).toBeUndefined()
    expect(await issuerOf('', '/oauth/token')).toBeUndefined()
  })
})

describe('requestOrigin', () => {
  it('is plain http only where our origin is', () => {
    expect(requestOrigin(request('localhost:3000', '/'), 'http://localhost:3000')).toBe(
      'http://localhost:3000',
    )
    expect(requestOrigin(request('[::1]:3000', '/'), 'http://localhost:3000')).toBe('http://[::1]:3000')
    expect(requestOrigin(request('localhost:3000', '/'), PUBLIC_URL)).toBe('https://localhost:3000')
  })
})
