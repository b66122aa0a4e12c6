import {
  CrossAppAccessProvider,
  Client as McpClient,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client'
import { decodeJwt } from 'jose'
import { freePort } from '@/test/free-port'
import { startMcpServer } from '../../sandbox/mcp-server'
import { obtainCode, REDIRECT } from '../support/attack-login'
import { basic, obtainTokens, outcome, postForm } from '../support/attack-tokens'
import { assertionParameters, newSigningKey } from '../support/client-assertion'
import { clientDocument, startDocumentHost } from '../support/document-host'
import { AGENT, type Enterprise, JWT_BEARER, startEnterprise } from '../support/enterprise'
import { handOff } from '../support/handoff'
import { expect, test } from '../support/test'
import { CONFIDENTIAL_SECRET, RESOURCE_SECRET } from '../support/world'

let acme: Enterprise
test.beforeAll(async ({ world }) => {
  acme = await startEnterprise(world)
})
test.afterAll(() => acme.close())

/** The upstream token that the MCP server gets for a token of ours, or the error. */
async function exchanged(token: string): Promise<string> {
  const response = await handOff({ issuer: acme.issuer, resourceSecret: RESOURCE_SECRET }, token)
  return response.status === 200 ? (await response.json()).access_token : outcome(response)
}

const metadataOf = async (issuer: string) =>
  (await fetch(issuer.replace('/s/', '/.well-known/oauth-authorization-server/s/'))).json()

test('only a server with trusted issuers says so [EMA-9]', async ({ world }) => {
  const trusting = await metadataOf(acme.issuer)
  expect(trusting.grant_types_supported).toContain(JWT_BEARER)
  expect(trusting.authorization_grant_profiles_supported).toEqual([
    'urn:ietf:params:oauth:grant-profile:id-jag',
  ])
  const other = await metadataOf(world.issuers.path)
  expect(other.grant_types_supported).not.toContain(JWT_BEARER)
  expect(other).not.toHaveProperty('authorization_grant_profiles_supported')
  const form = { grant_type: JWT_BEARER, client_id: 'cli', assertion: await acme.assertion() }
  expect(await outcome(await postForm(world.issuers.path, '/oauth/token', form))).toBe(
    '400 unsupported_grant_type',
  )
})

test('the company vouches for its user, who is the one that logs in @stores [EMA-1 EMA-8]', async ({
  world,
}) => {
  const response = await acme.present(await acme.assertion(), { resource: acme.resource })
  expect(response.status).toBe(200)
  expect(response.headers.get('cache-control')).toBe('no-store')
  const tokens = await response.json()
  expect(tokens).toEqual({
    access_token: expect.any(String),
    token_type: 'Bearer',
    expires_in: 3600,
    scope: 'profile:read notes:write',
  })
  const claims = decodeJwt(tokens.access_token)
  expect(claims).toMatchObject({
    iss: acme.issuer,
    aud: acme.resource,
    client_id: 'agent',
    email: 'alice@example.com',
  })
  expect(await acme.introspect(tokens.access_token)).toMatchObject({ active: true, sub: claims.sub })
  expect(await exchanged(tokens.access_token)).toBe('400 invalid_grant')

  const login = await obtainTokens(acme.issuer, await obtainCode(world, { issuer: acme.issuer }))
  expect(decodeJwt(login.access_token).sub).toBe(claims.sub)
  const bob = await (await acme.present(await acme.assertion({ claims: { sub: 'bob' } }))).json()
  expect(decodeJwt(bob.access_token).sub).not.toBe(claims.sub)

  const upstream = await exchanged(login.access_token)
  expect(upstream).not.toMatch(/^[45]/)
  expect(await exchanged(tokens.access_token)).toBe(upstream)
  expect(await exchanged(bob.access_token)).toBe('400 invalid_grant')
})

test('all assertions for one user and client make one grant, and its token can be given back', async () => {
  const claims = { sub: 'carol', email: undefined }
  const tokens = await Promise.all(
    Array.from({ length: 10 }, async () => (await acme.present(await acme.assertion({ claims }))).json()),
  )
  const grants = tokens.map(({ access_token }) => decodeJwt(access_token).gid)
  expect(new Set(grants).size).toBe(1)
  const [one, two] = tokens.map(({ access_token }) => access_token)
  await postForm(acme.issuer, '/oauth/revoke', { token: one }, basic('other', CONFIDENTIAL_SECRET))
  expect(await acme.introspect(one)).toMatchObject({ active: true })
  await postForm(acme.issuer, '/oauth/revoke', { token: one }, AGENT)
  expect(await acme.introspect(one)).toEqual({ active: false })
  expect(await acme.introspect(two)).toMatchObject({ active: true })
})

test('the scope is what the company gave, the operator allows and the client asks for [EMA-6]', async ({
  world,
}) => {
  const granted = async (enterprise: Enterprise, scope: string | undefined, asked?: string) => {
    const assertion = await enterprise.assertion({ claims: { scope } })
    const response = await enterprise.present(assertion, asked === undefined ? {} : { scope: asked })
    return response.status === 200 ? (await response.json()).scope : outcome(response)
  }
  expect(await granted(acme, 'notes:write admin offline_access')).toBe('notes:write')
  expect(await granted(acme, 'profile:read notes:write', 'notes:write')).toBe('notes:write')
  expect(await granted(acme, 'notes:write', 'profile:read')).toBe('400 invalid_scope')
  expect(await granted(acme, 'admin')).toBe('400 invalid_grant')
  expect(await granted(acme, undefined)).toBe('')
  expect(await granted(acme, undefined, 'notes:write')).toBe('')

  const strict = await startEnterprise(world, { trusted: { scopes: ['profile:read'] } })
  expect(await granted(strict, 'profile:read notes:write')).toBe('profile:read')
  expect(await granted(strict, 'notes:write')).toBe('400 invalid_grant')
  expect(await granted(strict, undefined)).toBe('profile:read')
  await strict.close()
})

test('the official MCP client reaches its tools in the name of its user [EMA-1]', async ({ world }) => {
  const resource = `http://localhost:${await freePort()}/mcp`
  const company = await startEnterprise(world, { resource })
  const mcp = await startMcpServer({ port: Number(new URL(resource).port), resource, issuer: company.issuer })
  const authProvider = new CrossAppAccessProvider({
    clientId: 'agent',
    clientSecret: CONFIDENTIAL_SECRET,
    expectedIssuer: company.issuer,
    // What the client would be given by its token exchange at the identity provider.
    assertion: async ({ authorizationServerUrl, resourceUrl, scope }) =>
      company.assertion({ claims: { aud: authorizationServerUrl, resource: resourceUrl, scope } }),
  })
  const client = new McpClient({ name: 'agent', version: '1' })
  await client.connect(new StreamableHTTPClientTransport(new URL(mcp.url), { authProvider }))
  const { structuredContent } = await client.callTool({ name: 'whoami', arguments: {} })
  expect(structuredContent).toMatchObject({ client_id: 'agent', email: 'alice@example.com' })
  await client.close()
  await Promise.all([mcp.close(), company.close()])
})

test('a client that is known by its document may come here first, and signs', async () => {
  const host = await startDocumentHost()
  const key = await newSigningKey()
  const changes = { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [key.publicJwk] } }
  const clientId = host.publish(clientDocument(REDIRECT, changes))
  const present = async (proof: Record<string, string>) =>
    acme.present(await acme.assertion({ claims: { client_id: clientId } }), proof, {})
  expect(await outcome(await present({ client_id: clientId }))).toBe('401 invalid_client')
  expect(await outcome(await present({ client_id: `${host.origin}/nowhere.json` }))).toBe(
    '503 temporarily_unavailable',
  )
  const proof = await assertionParameters(clientId, acme.issuer, key)
  expect(await outcome(await present(proof))).toBe('200 ok')
  const without = host.publish(clientDocument(REDIRECT, { ...changes, grant_types: ['authorization_code'] }))
  const unregistered = await assertionParameters(without, acme.issuer, key)
  expect(await outcome(await present(unregistered))).toBe('400 unauthorized_client')
  await host.close()
})

test('public clients may come only where the operator says so', async ({ world }) => {
  const forCli = { claims: { client_id: 'cli' } }
  const public_ = { client_id: 'cli' }
  expect(await outcome(await acme.present(await acme.assertion(forCli), public_, {}))).toBe(
    '400 unauthorized_client',
  )
  const open = await startEnterprise(world, { trusted: { public_clients: true } })
  expect(await outcome(await open.present(await open.assertion(forCli), public_, {}))).toBe('200 ok')
  await open.close()
})
