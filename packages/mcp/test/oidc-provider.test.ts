import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Provider } from 'oidc-provider'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createVerifier, protect } from '../src/index'
import { RESOURCE } from './signing-issuer'

const SECRET = 'a-secret-of-forty-eight-characters-or-a-few-more'

let server: Server
let issuer: string
let provider: Provider

/** Another authorization server than ours: two resources, one with JWTs, one with opaque tokens. */
beforeAll(async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  const { Provider } = await import('oidc-provider')
  server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'machine',
        client_secret: SECRET,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    scopes: ['files:read', 'files:write'],
    ttl: { ClientCredentials: 600, AccessToken: 600, Grant: 600 },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      introspection: { enabled: true, allowedPolicy: () => true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_ctx, resource) => ({
          scope: 'files:read files:write',
          audience: resource,
          accessTokenFormat: resource === RESOURCE ? 'jwt' : 'opaque',
        }),
      },
    },
  })
  server.on('request', provider.callback())
})
afterAll(() => server.close())

async function tokenFor(resource: string, scope = 'files:read'): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`machine:${SECRET}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource, scope }),
  })
  const { access_token: token } = (await response.json()) as { access_token: string }
  return token
}

const OPAQUE = 'https://opaque.example/mcp'

/** As a login of alice would make it. */
async function opaqueTokenFor(resource: string): Promise<string> {
  const client = await provider.Client.find('machine')
  if (!client) throw new Error('no client')
  const grant = new provider.Grant({ accountId: 'alice', clientId: 'machine' })
  grant.addResourceScope(resource, 'files:read')
  const token = new provider.AccessToken({
    accountId: 'alice',
    client,
    grantId: await grant.save(),
    scope: 'files:read',
    gty: 'authorization_code',
    claims: {},
  })
  token.resourceServer = new provider.ResourceServer(resource, { scope: 'files:read', audience: resource })
  return token.save()
}

describe('with another authorization server', () => {
  it('verifies JWTs offline, and asks about opaque tokens', async () => {
    const offline = createVerifier({ issuer, resource: RESOURCE })
    expect(await offline.verify(await tokenFor(RESOURCE))).toMatchObject({
      clientId: 'machine',
      scopes: ['files:read'],
    })
    await expect(offline.verify(await tokenFor('https://other.example'))).rejects.toThrow('malformed')
    const asking = createVerifier({
      issuer,
      resource: OPAQUE,
      credentials: { id: 'machine', secret: SECRET },
    })
    expect(await asking.verify(await opaqueTokenFor(OPAQUE))).toMatchObject({
      sub: 'alice',
      clientId: 'machine',
    })
    await expect(asking.verify(await opaqueTokenFor('https://third.example'))).rejects.toThrow(
      'another resource',
    )
    const wrong = createVerifier({ issuer, resource: OPAQUE, credentials: { id: 'machine', secret: 'no' } })
    await expect(wrong.verify(await opaqueTokenFor(OPAQUE))).rejects.toMatchObject({ name: 'Unavailable' })
  })

  it('asks for more scope', async () => {
    const verifier = createVerifier({ issuer, resource: RESOURCE, tools: { delete_file: ['files:write'] } })
    const handle = protect(verifier, () => new Response('served'))
    const call = async (scope: string) =>
      handle(
        new Request(RESOURCE, {
          method: 'POST',
          headers: { authorization: `Bearer ${await tokenFor(RESOURCE, scope)}` },
          body: JSON.stringify({
            jsonrpc: '2.0',
            id: 1,
            method: 'tools/call',
            params: { name: 'delete_file' },
          }),
        }),
      )
    expect((await call('files:read')).status).toBe(403)
    expect((await call('files:read files:write')).status).toBe(200)
  })
})
