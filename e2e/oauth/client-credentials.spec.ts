import {
  ClientCredentialsProvider,
  Client as McpClient,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import { freePort } from '@/test/free-port'
import { startMcpServer } from '../../sandbox/mcp-server'
import { basic, outcome, postForm } from '../support/attack-tokens'
import { assertionParameters, newSigningKey, type SigningKey } from '../support/client-assertion'
import { clientDocument, startDocumentHost } from '../support/document-host'
import { type OwnServer, startOwnServer } from '../support/own-server'
import { expect, register, test } from '../support/test'
import { CONFIDENTIAL_SECRET } from '../support/world'

const REDIRECTS = 'redirect_uris: ["http://127.0.0.1/callback"]'
const SECRET = 'token_endpoint_auth_method: client_secret_basic, client_secret: "env:CONFIDENTIAL_SECRET"'

/** Further clients of the server, in YAML: machines with a secret and with a key, and one that is none. */
const clients = (key: SigningKey) => [
  `  - { client_id: nightly, ${SECRET}, grant_types: [client_credentials], scope: "notes:write" }`,
  `  - { client_id: signing, token_endpoint_auth_method: private_key_jwt, jwks: ${JSON.stringify({ keys: [key.publicJwk] })}, grant_types: [client_credentials] }`,
  `  - { client_id: web, ${SECRET}, ${REDIRECTS} }`,
]

type Machines = { readonly server: OwnServer; readonly opaque: OwnServer; readonly key: SigningKey }

/** Two servers with the same machines, one for each format of access tokens. */
let machines: Machines
test.beforeAll(async ({ world }) => {
  const key = await newSigningKey('ES256')
  const server = await startOwnServer(world, clients(key))
  const opaque = await startOwnServer(world, [...clients(key), 'token_format: opaque'])
  machines = { server, opaque, key }
})
test.afterAll(() => Promise.all([machines.server.close(), machines.opaque.close()]))

const NIGHTLY = basic('nightly', CONFIDENTIAL_SECRET)

const ask = (
  server: OwnServer,
  form: Record<string, string> = {},
  headers: Record<string, string> = NIGHTLY,
) => postForm(server.issuer, '/oauth/token', { grant_type: 'client_credentials', ...form }, headers)

test('metadata names the grant type and how clients may prove themselves [CC-2]', async () => {
  const { issuer } = machines.server
  const address = issuer.replace('/s/', '/.well-known/oauth-authorization-server/s/')
  const metadata = await (await fetch(address)).json()
  expect(metadata.grant_types_supported).toContain('client_credentials')
  expect(metadata.token_endpoint_auth_methods_supported).toEqual(
    expect.arrayContaining(['private_key_jwt', 'client_secret_basic']),
  )
})

test('a machine gets a token for itself, and nothing to refresh it with @stores [CC-1]', async () => {
  const { server } = machines
  const response = await ask(server, { resource: server.resource })
  expect(response.status).toBe(200)
  expect(response.headers.get('cache-control')).toBe('no-store')
  const tokens = await response.json()
  expect(tokens).toEqual({
    access_token: expect.any(String),
    token_type: 'Bearer',
    expires_in: 3600,
    scope: 'notes:write',
  })
  const keys = createRemoteJWKSet(new URL(`${server.issuer}/oauth/jwks`))
  const verification = { issuer: server.issuer, audience: server.resource, typ: 'at+jwt' }
  const { payload } = await jwtVerify(tokens.access_token, keys, verification)
  expect(payload).toMatchObject({ sub: 'nightly', client_id: 'nightly', scope: 'notes:write' })
  expect(await server.introspect(tokens.access_token)).toMatchObject({ active: true, sub: 'nightly' })
})

test('an opaque token says the same at introspection', async () => {
  const { opaque } = machines
  const { access_token } = await (await ask(opaque)).json()
  expect(access_token).toMatch(/^vst_at_/)
  expect(await opaque.introspect(access_token)).toMatchObject({
    active: true,
    sub: 'nightly',
    client_id: 'nightly',
    aud: opaque.resource,
    scope: 'notes:write',
  })
})

test('a machine may sign instead, each assertion once [CC-1]', async () => {
  const { server, key } = machines
  const proof = await assertionParameters('signing', server.issuer, key)
  const response = await ask(server, proof, {})
  expect(response.status).toBe(200)
  expect((await response.json()).scope).toBe('profile:read notes:write')
  expect(await outcome(await ask(server, proof, {}))).toBe('401 invalid_client')
})

test('all tokens of a machine hang on one grant, also those that it asks for at once', async () => {
  const { server } = machines
  const answers = await Promise.all(Array.from({ length: 20 }, () => ask(server)))
  const tokens = await Promise.all(answers.map((answer) => answer.json()))
  const grants = await Promise.all(tokens.map(({ access_token }) => server.introspect(access_token)))
  expect(new Set(grants.map(({ gid }) => gid)).size).toBe(1)
  expect(new Set(grants.map(({ jti }) => jti)).size).toBe(20)
})

for (const format of ['server', 'opaque'] as const)
  test(`a machine gives a token back, and no other (${format})`, async () => {
    const server = machines[format]
    const [one, two] = [await (await ask(server)).json(), await (await ask(server)).json()]
    await postForm(server.issuer, '/oauth/revoke', { token: one.access_token }, NIGHTLY)
    expect(await server.introspect(one.access_token)).toEqual({ active: false })
    expect(await server.introspect(two.access_token)).toMatchObject({ active: true })
    await postForm(
      server.issuer,
      '/oauth/revoke',
      { token: two.access_token },
      basic('web', CONFIDENTIAL_SECRET),
    )
    expect(await server.introspect(two.access_token)).toMatchObject({ active: true })
  })

test('the scope stays within what the operator registered [CC-3]', async () => {
  const { server, key } = machines
  const scopes = async (scope: string) => (await (await ask(server, { scope })).json()).scope
  expect(await scopes('notes:write profile:read offline_access')).toBe('notes:write')
  expect(await outcome(await ask(server, { scope: 'profile:read' }))).toBe('400 invalid_scope')
  const signed = { ...(await assertionParameters('signing', server.issuer, key)), scope: 'profile:read' }
  expect((await (await ask(server, signed, {})).json()).scope).toBe('profile:read')
})

test('a token is for this resource, or there is none [CC-3]', async () => {
  const { server, opaque } = machines
  expect(await outcome(await ask(server, { resource: opaque.resource }))).toBe('400 invalid_target')
  expect(await outcome(await ask(server, { resource: 'not a URI' }))).toBe('400 invalid_target')
})

test.describe('a client that wants to act for itself without leave', () => {
  test('gets nothing with a wrong proof, or none [CC-1]', async () => {
    const { server } = machines
    expect(await outcome(await ask(server, {}, basic('nightly', 'wrong')))).toBe('401 invalid_client')
    expect(await outcome(await ask(server, { client_id: 'nightly' }, {}))).toBe('401 invalid_client')
    const forged = await assertionParameters('signing', server.issuer, await newSigningKey('ES256'))
    expect(await outcome(await ask(server, forged, {}))).toBe('401 invalid_client')
    const elsewhere = await assertionParameters('signing', machines.opaque.issuer, machines.key)
    expect(await outcome(await ask(server, elsewhere, {}))).toBe('401 invalid_client')
  })

  test('gets nothing when the operator did not name the grant type for it [CC-3]', async () => {
    const { server } = machines
    const web = basic('web', CONFIDENTIAL_SECRET)
    expect(await outcome(await ask(server, {}, web))).toBe('400 unauthorized_client')
    expect(await outcome(await ask(server, { client_id: 'cli' }, {}))).toBe('400 unauthorized_client')
  })

  test('cannot register for it [CC-3]', async () => {
    const { issuer } = machines.server
    const metadata = { redirect_uris: ['http://127.0.0.1/callback'], client_name: 'Notes' }
    const grants = ['client_credentials', 'authorization_code']
    const registered = await register(issuer, { ...metadata, grant_types: grants })
    expect(registered.grant_types).toEqual(['authorization_code'])
    const proof = basic(registered.client_id ?? '', registered.client_secret ?? '')
    expect(await outcome(await ask(machines.server, {}, proof))).toBe('400 unauthorized_client')
    const only = { ...metadata, grant_types: ['client_credentials'] }
    await expect(register(issuer, only)).rejects.toThrow(/answered 400.*invalid_client_metadata/)
  })

  test('cannot let itself in by a document of its own', async () => {
    const host = await startDocumentHost()
    const key = await newSigningKey()
    const document = clientDocument('http://127.0.0.1/callback', {
      token_endpoint_auth_method: 'private_key_jwt',
      jwks: { keys: [key.publicJwk] },
      grant_types: ['authorization_code', 'client_credentials'],
    })
    const clientId = host.publish(document)
    const query = { client_id: clientId, redirect_uri: 'http://127.0.0.1/callback', response_type: 'code' }
    await fetch(`${machines.server.issuer}/oauth/authorize?${new URLSearchParams(query)}`, {
      redirect: 'manual',
    })
    const proof = await assertionParameters(clientId, machines.server.issuer, key)
    expect(await outcome(await ask(machines.server, proof, {}))).toBe('400 unauthorized_client')
    await host.close()
  })

  test('is not the same client at another server', async ({ world }) => {
    const form = { grant_type: 'client_credentials' }
    const answer = await postForm(world.issuers.root, '/oauth/token', form, NIGHTLY)
    expect(await outcome(answer)).toBe('401 invalid_client')
  })
})

test('a machine cannot send people to log in', async ({ page }) => {
  const query = { client_id: 'nightly', redirect_uri: 'http://127.0.0.1/callback', response_type: 'code' }
  const response = await page.goto(`${machines.server.issuer}/oauth/authorize?${new URLSearchParams(query)}`)
  expect(response?.status()).toBe(400)
  await expect(page.getByRole('main')).toContainText('redirect_uri is not registered')
})

test('the official MCP client reaches its tools without a user', async ({ world }) => {
  const resource = `http://localhost:${await freePort()}/mcp`
  const server = await startOwnServer(world)
  const machine = `  - { client_id: nightly, ${SECRET}, grant_types: [client_credentials] }`
  await server.configure([machine], resource)
  const mcp = await startMcpServer({ port: Number(new URL(resource).port), resource, issuer: server.issuer })
  const authProvider = new ClientCredentialsProvider({
    clientId: 'nightly',
    clientSecret: CONFIDENTIAL_SECRET,
    expectedIssuer: server.issuer,
  })
  const client = new McpClient({ name: 'nightly', version: '1' })
  await client.connect(new StreamableHTTPClientTransport(new URL(mcp.url), { authProvider }))
  const { structuredContent } = await client.callTool({ name: 'whoami', arguments: {} })
  expect(structuredContent).toMatchObject({ subject: 'nightly', client_id: 'nightly' })
  await client.close()
  await Promise.all([mcp.close(), server.close()])
})
