import { startMcpServer } from '../../sandbox/mcp-server'
import { type Generation, mcpClient } from '../support/mcp-login'
import { test as base, expect } from '../support/test'
import type { World } from '../support/world'

/** A real MCP server behind our default server, for as long as the test runs. */
const test = base.extend<{ mcpUrl: string }>({
  mcpUrl: async ({ world }, use) => {
    const server = await startMcpServer(behindRoot(world))
    await use(server.url)
    await server.close()
  },
})

const behindRoot = ({ resources, issuers }: World) => ({
  port: Number(new URL(resources.root).port),
  resource: resources.root,
  issuer: issuers.root,
})

const generations: readonly Generation[] = ['v1', 'v2']

for (const generation of generations) {
  test.describe(`the official MCP client ${generation}`, () => {
    test('finds its way from the MCP server to its tools, with one login @stores [RS-4]', async ({
      page,
      mcpUrl,
      world,
    }) => {
      const client = mcpClient(generation, page, mcpUrl)
      await client.connect()
      expect(await client.toolNames()).toEqual(['whoami', 'add_note'])

      const [visit] = client.account.visits
      expect(visit?.href).toContain(`${world.issuers.root}/oauth/authorize?`)
      expect(visit?.searchParams.get('resource')).toBe(world.resources.root)
      const who = await client.call('whoami')
      expect(who).toMatchObject({
        subject: expect.stringMatching(/^\S+$/),
        client_id: client.account.client?.client_id,
        email: 'alice@example.com',
      })
      expect(who.scopes).toContain('profile:read')
      expect(client.account.visits).toHaveLength(1)
      await client.close()
    })

    test('refreshes an expired access token without its user', async ({ page, mcpUrl }) => {
      const client = mcpClient(generation, page, mcpUrl)
      await client.connect()
      const first = client.account.tokens
      const subject = (await client.call('whoami')).subject
      client.account.tokens = { ...first, access_token: spoil(first?.access_token), token_type: 'Bearer' }

      expect((await client.call('whoami')).subject).toBe(subject)
      const second = client.account.tokens
      expect(second?.refresh_token).toBeTruthy()
      expect(second?.refresh_token).not.toBe(first?.refresh_token)
      expect(client.account.visits).toHaveLength(1)
      await client.close()
    })

    test('asks its user again when its refresh token is dead too', async ({ page, mcpUrl }) => {
      const client = mcpClient(generation, page, mcpUrl)
      await client.connect()
      const { access_token } = client.account.tokens ?? {}
      client.account.tokens = {
        ...client.account.tokens,
        access_token: spoil(access_token),
        refresh_token: 'vst_rt_long-gone',
        token_type: 'Bearer',
      }
      expect(await client.call('whoami')).toMatchObject({ email: 'alice@example.com' })
      expect(client.account.visits).toHaveLength(2)
      await client.close()
    })

    test('registers again when it is no longer known [H-53]', async ({ page, mcpUrl }) => {
      const client = mcpClient(generation, page, mcpUrl)
      await client.connect()
      const { tokens, client: known } = client.account
      client.account.client = { ...known, client_id: 'forgotten' }
      client.account.tokens = { ...tokens, access_token: spoil(tokens?.access_token), token_type: 'Bearer' }

      expect(await client.call('whoami')).toMatchObject({ email: 'alice@example.com' })
      expect(client.account.client.client_id).not.toBe('forgotten')
      expect(client.account.visits).toHaveLength(2)
      await client.close()
    })

    test('two people keep their notes apart [RS-15]', async ({ page, browser, mcpUrl }) => {
      const othersPage = await browser.newPage()
      const alice = mcpClient(generation, page, mcpUrl)
      const bob = mcpClient(generation, othersPage, mcpUrl, { user: 'bob' })
      await Promise.all([alice.connect(), bob.connect()])
      const [a, b] = await Promise.all([alice.call('whoami'), bob.call('whoami')])
      expect([a.email, b.email]).toEqual(['alice@example.com', 'bob@example.com'])
      expect(a.subject).not.toBe(b.subject)
      await Promise.all([alice.close(), bob.close(), othersPage.close()])
    })
  })
}

/** The tools are behind two scopes; a client learns of the second one when it needs it. */
test.describe('a scope that is missing', () => {
  test('is named in a 403 that tells all that the tool needs [RS-7]', async ({ page, mcpUrl, world }) => {
    const client = mcpClient('v2', page, mcpUrl)
    await client.connect()
    expect(client.account.tokens?.scope?.split(' ')).not.toContain('notes:write')

    const response = await fetch(mcpUrl, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${client.account.tokens?.access_token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': '2025-06-18',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'add_note', arguments: { text: 'not yet' } },
      }),
    })
    expect(response.status).toBe(403)
    const challenge = response.headers.get('www-authenticate') ?? ''
    expect(challenge).toMatch(/^Bearer /)
    expect(challenge).toContain('error="insufficient_scope"')
    expect(challenge).toMatch(/scope="(profile:read notes:write|notes:write profile:read)"/)
    const metadata = new URL('/.well-known/oauth-protected-resource/mcp', world.resources.root)
    expect(challenge).toContain(`resource_metadata="${metadata.href}"`)
    await client.close()
  })

  // The first generation refreshes instead of asking its user, unless it has no refresh token.
  const registrations = {
    v1: ['authorization_code'],
    v2: ['authorization_code', 'refresh_token'],
  }
  for (const generation of generations)
    test(`is asked for by the client ${generation}, and granted to the same registration [RS-8 H-41]`, async ({
      page,
      mcpUrl,
    }) => {
      const client = mcpClient(generation, page, mcpUrl, { grantTypes: registrations[generation] })
      await client.connect()
      const registered = client.account.client?.client_id

      expect(await client.call('add_note', { text: 'buy milk' })).toEqual({ notes: ['buy milk'] })
      expect(client.account.visits).toHaveLength(2)
      expect(client.account.client?.client_id).toBe(registered)
      const granted = client.account.tokens?.scope?.split(' ')
      expect(granted).toEqual(expect.arrayContaining(['notes:write', 'profile:read']))
      await client.close()
    })
})

/** The same token with another signature. */
function spoil(token = ''): string {
  const [header, payload] = token.split('.')
  return `${header}.${payload}.${'A'.repeat(86)}`
}
