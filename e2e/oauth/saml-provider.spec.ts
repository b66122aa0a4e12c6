import type { Page } from '@playwright/test'
import { freePort } from '@/test/free-port'
import { startMcpServer } from '../../sandbox/mcp-server'
import { newSlug } from '../support/attack-server'
import { type Generation, mcpClient } from '../support/mcp-login'
import { samlConfiguration } from '../support/saml-configuration'
import { startSimpleSamlPhp } from '../support/simplesamlphp'
import { expect, test } from '../support/test'

const generations: readonly Generation[] = ['v1', 'v2']

/** The form of SimpleSAMLphp, unless its session knows the user. */
async function signIn(page: Page): Promise<void> {
  await page.locator('input[name=username]').fill('una')
  await page.locator('input[name=password]').fill('secret')
  await page.locator('input[name=password]').press('Enter')
}

// It comes from Debian, and so only under `npm run matrix -- saml`.
for (const generation of generations)
  test(`the official MCP client ${generation} finds its tools with a login at SimpleSAMLphp, and refreshes`, async ({
    page,
    world,
  }) => {
    test.skip(process.env.SAML_PROVIDER === undefined, 'npm run matrix -- saml')
    const slug = newSlug()
    const callbackUrl = `${world.app.url}/oauth/callback/${slug}`
    const provider = await startSimpleSamlPhp(await freePort(), callbackUrl, {
      ourMetadata: `${world.app.url}/oauth/connections/${slug}/saml-metadata`,
    })
    expect(provider.metadata).toContain('WantAuthnRequestsSigned="true"')
    const port = await freePort()
    const resource = `http://localhost:${port}/mcp`
    const mcp = await startMcpServer({ port, resource, issuer: `${world.app.url}/s/${slug}` })
    try {
      const settings = ['passed_claims: [email, groups]']
      await (await world.inside()).apply(samlConfiguration(slug, provider.metadata, settings, resource))
      await provider.readOurMetadata()
      const client = mcpClient(generation, page, mcp.url, { signIn })
      await client.connect()
      expect(await client.toolNames()).toEqual(['whoami', 'add_note'])
      const first = client.account.tokens
      const who = await client.call('whoami')
      expect(who).toMatchObject({ subject: expect.stringMatching(/^\S+$/), email: 'una@example.com' })
      client.account.tokens = { ...first, access_token: 'spoilt', token_type: 'Bearer' }
      expect((await client.call('whoami')).subject).toBe(who.subject)
      expect(client.account.tokens?.refresh_token).not.toBe(first?.refresh_token)
      expect(client.account.visits).toHaveLength(1)
      await client.close()
    } finally {
      provider.stop()
      await mcp.close()
    }
  })
