import { discoverAuthorizationServerMetadata as discoverV2 } from '@modelcontextprotocol/client'
import { discoverAuthorizationServerMetadata as discoverV1 } from '@modelcontextprotocol/sdk/client/auth.js'
import * as oidc from 'openid-client'
import { hostFetch } from '../support/host-fetch'
import { expect, test } from '../support/test'
import type { World } from '../support/world'

type Kind = keyof World['issuers']

const KINDS: readonly Kind[] = ['root', 'path', 'host']

type Fetch = (url: string | URL) => Promise<Response>

/** How the official clients find an authorization server; they throw when a document is not as they want it. */
const MCP_DISCOVERY = {
  v1: (issuer: string, fetchFn: Fetch) => discoverV1(issuer, { fetchFn }),
  v2: (issuer: string, fetchFn: Fetch) => discoverV2(issuer, { fetchFn }),
}

/** RFC 8414 §3.1 and RFC 9728 §3.1: between the host and the path. */
function wellKnown(name: string, url: string): string {
  const { origin, pathname } = new URL(url)
  return `${origin}/.well-known/${name}${pathname === '/' ? '' : pathname}`
}

const serverMetadataUrl = (issuer: string) => wellKnown('oauth-authorization-server', issuer)

/** Inserted before the issuer's path (RFC 8414 §3.1) and appended to it (OpenID Connect Discovery §4). */
const placesOf = (name: string, issuer: string) => [
  ...new Set([wellKnown(name, issuer), `${issuer}/.well-known/${name}`]),
]

const metadataPlaces = (issuer: string) =>
  ['oauth-authorization-server', 'openid-configuration'].flatMap((name) => placesOf(name, issuer))

for (const kind of KINDS)
  test.describe(`the ${kind} issuer`, () => {
    test('describes itself as the issuer that was asked for, byte for byte (RFC 8414 §3.3) [AS-2 AS-3 AS-4 AS-24 AS-25 AS-37]', async ({
      world,
    }) => {
      const issuer = world.issuers[kind]
      const response = await hostFetch(serverMetadataUrl(issuer))
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toMatch(/^application\/json\b/)
      expect(await response.json()).toMatchObject({
        issuer,
        authorization_endpoint: `${issuer}/oauth/authorize`,
        token_endpoint: `${issuer}/oauth/token`,
        registration_endpoint: `${issuer}/oauth/register`,
        jwks_uri: `${issuer}/oauth/jwks`,
        scopes_supported: ['profile:read', 'notes:write', 'openid', 'profile', 'email', 'offline_access'],
        response_types_supported: ['code'],
        token_endpoint_auth_methods_supported: expect.arrayContaining(['none', 'client_secret_basic']),
        code_challenge_methods_supported: ['S256'],
        authorization_response_iss_parameter_supported: true,
      })
    })

    test('names only endpoints that exist, and no empty member [RFC-36 H-60]', async ({ world }) => {
      const issuer = world.issuers[kind]
      const metadata: object = await (await hostFetch(wellKnown('openid-configuration', issuer))).json()
      for (const [name, value] of Object.entries(metadata)) {
        expect(value, name).not.toBeNull()
        expect(value, name).not.toEqual([])
        if (!name.endsWith('_endpoint') && name !== 'jwks_uri') continue
        expect(value.startsWith(`${issuer}/`), name).toBe(true)
        const answers = await Promise.all(['GET', 'POST'].map((method) => hostFetch(value, { method })))
        expect(
          answers.some(({ status }) => status !== 404 && status !== 405),
          name,
        ).toBe(true)
      }
    })

    test('is found and registered at by a strict reader [AS-6 AS-25]', async ({ world }) => {
      const issuer = world.issuers[kind]
      const configuration = await oidc.dynamicClientRegistration(
        new URL(issuer),
        { redirect_uris: ['http://127.0.0.1/callback'], token_endpoint_auth_method: 'none' },
        oidc.None(),
        {
          algorithm: 'oauth2',
          execute: [oidc.allowInsecureRequests],
          [oidc.customFetch]: (url, { method, headers, body }) =>
            hostFetch(url, { method, headers, ...(typeof body === 'string' && { body }) }),
        },
      )
      expect(configuration.serverMetadata().issuer).toBe(issuer)
      expect(configuration.clientMetadata().client_id).toBeTruthy()
    })

    test('says the same in every place where clients look [AS-2 AS-4 H-60]', async ({ world }) => {
      const issuer = world.issuers[kind]
      const read = async (url: string) => {
        const response = await hostFetch(url)
        expect(response.status, url).toBe(200)
        expect(response.headers.get('content-type'), url).toMatch(/^application\/json\b/)
        return response.json()
      }
      const [plain, ...further] = await Promise.all(placesOf('oauth-authorization-server', issuer).map(read))
      for (const document of further) expect(document).toEqual(plain)
      const [openid, ...others] = await Promise.all(placesOf('openid-configuration', issuer).map(read))
      for (const document of others) expect(document).toEqual(openid)
      // Neither contradicts the other: one adds to what the other says.
      expect(openid).toMatchObject(plain)
      expect(openid).toMatchObject({
        issuer,
        userinfo_endpoint: `${issuer}/oauth/userinfo`,
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['ES256'],
        request_uri_parameter_supported: false,
      })
    })

    for (const [name, discover] of Object.entries(MCP_DISCOVERY))
      test(`is read by the official MCP client ${name} in either document`, async ({ world }) => {
        const issuer = world.issuers[kind]
        const asked: string[] = []
        const fetchFn = async (url: string | URL) => {
          asked.push(String(url))
          return hostFetch(String(url))
        }
        expect(await discover(issuer, fetchFn)).toMatchObject({ issuer })
        expect(asked).toEqual([serverMetadataUrl(issuer)])
        const onlyOpenId = async (url: string | URL) =>
          String(url).includes('oauth-authorization-server')
            ? new Response(null, { status: 404 })
            : fetchFn(url)
        expect(await discover(issuer, onlyOpenId)).toMatchObject({
          issuer,
          subject_types_supported: ['public'],
        })
        const onlyAppended = async (url: string | URL) =>
          String(url).startsWith(`${issuer}/`) ? onlyOpenId(url) : new Response(null, { status: 404 })
        expect(await discover(issuer, onlyAppended)).toMatchObject({
          issuer,
          subject_types_supported: ['public'],
        })
      })

    test('publishes public signing keys only', async ({ world }) => {
      const response = await hostFetch(`${world.issuers[kind]}/oauth/jwks`)
      expect(response.status).toBe(200)
      const { keys } = await response.json()
      expect(keys.length).toBeGreaterThan(0)
      for (const key of keys)
        expect(key).toEqual({
          kty: 'EC',
          crv: 'P-256',
          x: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
          y: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
          kid: expect.stringMatching(/^\S+$/),
          alg: 'ES256',
          use: 'sig',
        })
    })

    test('answers to readers of every page, and to their preflights [RFC-34]', async ({ world }) => {
      const issuer = world.issuers[kind]
      const preflight = { origin: 'https://inspector.example', 'access-control-request-method': 'POST' }
      for (const url of [
        ...metadataPlaces(issuer),
        `${issuer}/oauth/jwks`,
        `${issuer}/oauth/userinfo`,
        `${issuer}/oauth/token`,
        `${issuer}/oauth/register`,
      ]) {
        const asked = await hostFetch(url, { method: 'OPTIONS', headers: preflight })
        expect(asked.status, url).toBe(204)
        expect(asked.headers.get('access-control-allow-origin'), url).toBe('*')
        expect(asked.headers.get('access-control-allow-credentials'), url).toBeNull()
        const headers = asked.headers.get('access-control-allow-headers')?.split(/, */) ?? []
        expect(headers, url).toEqual(
          expect.arrayContaining(['authorization', 'content-type', 'mcp-protocol-version']),
        )
        expect(asked.headers.get('access-control-allow-methods'), url).toContain('POST')
      }
    })

    test('says how long its documents may be kept, and answers HEAD like GET [RFC-35]', async ({ world }) => {
      const issuer = world.issuers[kind]
      for (const url of [...metadataPlaces(issuer), `${issuer}/oauth/jwks`]) {
        const got = await hostFetch(url)
        expect(got.headers.get('cache-control'), url).toMatch(/^public, max-age=\d+$/)
        expect(Number(got.headers.get('cache-control')?.split('=')[1])).toBeLessThanOrEqual(300)
        expect(got.headers.get('access-control-allow-origin'), url).toBe('*')
        const head = await hostFetch(url, { method: 'HEAD' })
        expect(head.status, url).toBe(200)
        expect(head.headers.get('content-type'), url).toMatch(/^application\/json\b/)
        expect(await head.text()).toBe('')
      }
    })
  })

test.describe('a resource that lies on an origin of ours', () => {
  for (const kind of ['path', 'host'] as const)
    test(`on the ${kind} server's origin is described under its path and at the root (RFC 9728 §3) [AS-37 RS-2 RS-4 RS-6 RS-10 RFC-36 H-56]`, async ({
      world,
    }) => {
      const resource = world.resources[kind]
      const underItsPath = wellKnown('oauth-protected-resource', resource)
      const atTheRoot = wellKnown('oauth-protected-resource', new URL(resource).origin)
      for (const url of [underItsPath, atTheRoot]) {
        const response = await hostFetch(url)
        expect(response.status, url).toBe(200)
        expect(response.headers.get('access-control-allow-origin')).toBe('*')
        expect(response.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/)
        const metadata = await response.json()
        expect(metadata).toMatchObject({
          resource,
          authorization_servers: [world.issuers[kind]],
          scopes_supported: ['profile:read', 'notes:write'],
          bearer_methods_supported: ['header'],
        })
        const preflight = await hostFetch(url, { method: 'OPTIONS' })
        expect(preflight.status).toBe(204)
        expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
      }
    })

  test('elsewhere is not described here [RS-4]', async ({ world }) => {
    const { pathname } = new URL(world.resources.root)
    const response = await hostFetch(`${world.issuers.root}/.well-known/oauth-protected-resource${pathname}`)
    expect(response.status).toBe(404)
  })
})

test('an unknown path is a 404 that any page may read, no redirect [CL-6 H-59]', async ({ world }) => {
  const { root, host } = world.issuers
  for (const url of [
    `${root}/.well-known/oauth-authorization-server/s/unknown`,
    `${root}/.well-known/oauth-authorization-server/mcp`,
    `${root}/.well-known/oauth-protected-resource/unknown`,
    `${host}/.well-known/oauth-authorization-server/s/second`,
    `${host}/.well-known/oauth-protected-resource/unknown`,
    `${root}/.well-known/openid-configuration/s/unknown`,
    `${root}/.well-known/openid-configuration/mcp`,
    `${root}/.well-known/openid-configuration/second/mcp`,
    `${root}/s/unknown/.well-known/openid-configuration`,
    `${root}/s/unknown/.well-known/oauth-authorization-server`,
    `${host}/s/second/.well-known/openid-configuration`,
    `${root}/s/second/.well-known/nothing`,
    `${root}/s/second/.well-known/oauth-protected-resource/mcp`,
    `${root}/.well-known/nothing`,
    `${root}/.well-known/oauth-nothing/s/second`,
  ]) {
    const response = await hostFetch(url)
    expect(response.status, url).toBe(404)
    expect(response.headers.get('location'), url).toBeNull()
    expect(response.headers.get('access-control-allow-origin'), url).toBe('*')
    expect(response.headers.get('cache-control'), url).toContain('no-store')
    expect(response.headers.get('content-type'), url).toMatch(/^application\/json\b/)
  }
  for (const path of ['/.well-known', '/s/unknown/.well-known/', '/s/unknown/oauth/jwks']) {
    const response = await hostFetch(root + path)
    expect(response.status, path).toBe(404)
    expect(response.headers.get('location'), path).toBeNull()
  }
})

test('a trailing slash never leads elsewhere [CL-6]', async ({ world }) => {
  for (const issuer of Object.values(world.issuers))
    for (const url of [
      ...metadataPlaces(issuer).map((place) => `${place}/`),
      `${issuer}/oauth/userinfo/`,
      `${wellKnown('oauth-protected-resource', issuer)}/`,
      `${issuer}/oauth/token/`,
      `${issuer}/oauth/register/`,
      `${issuer}/oauth/jwks/`,
      `${issuer}/oauth/authorize/`,
    ])
      for (const method of ['GET', 'POST', 'OPTIONS']) {
        const response = await hostFetch(url, { method })
        expect(Math.floor(response.status / 100), `${method} ${url}: ${response.status}`).not.toBe(3)
        expect(response.status, `${method} ${url}`).toBeLessThan(500)
      }
})

test('an unknown host has no issuer, whatever a proxy header claims [RFC-45]', async ({ world }) => {
  const url = serverMetadataUrl(world.issuers.root)
  const port = new URL(url).port
  for (const host of [
    'evil.example',
    `evil.localhost:${port}`,
    'localhost',
    `localhost:${port}.evil.example`,
  ]) {
    const response = await hostFetch(url, {
      host,
      headers: { 'x-forwarded-host': `localhost:${port}`, 'x-forwarded-proto': 'http' },
    })
    expect(response.status, host).toBe(404)
  }
  for (const place of metadataPlaces(world.issuers.path))
    expect((await hostFetch(place, { host: 'evil.example' })).status, place).toBe(404)
  const forged = await hostFetch(url, {
    headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
  })
  expect((await forged.json()).issuer).toBe(world.issuers.root)
})
