import { describe, expect, it } from 'vitest'
import { testInstallation } from '../test-support/installation'
import { createServices } from '../test-support/management'
import { linkableConnections } from './linkable-connections'

const { apply, store } = testInstallation()
const { management, scope } = createServices(store)

const TENANT = '1b4e28ba-2fa1-11d2-883f-0016d3cca427'
const oidc = (slug: string, issuer: string, more = {}) => ({
  ...{ slug, id: `id-of-${slug}`, name: slug, type: 'oidc', issuer, client_id: 'v' },
  ...{ token_endpoint_auth_method: 'none', ...more },
})
const github = {
  ...{
    slug: 'github',
    id: 'id-of-github',
    type: 'oauth2',
    client_id: 'v',
    token_endpoint_auth_method: 'none',
  },
  authorization_endpoint: 'https://github.example/authorize',
  token_endpoint: 'https://github.example/token',
  userinfo_endpoint: 'https://github.example/user',
}
const saml = {
  slug: 'saml',
  id: 'id-of-saml',
  name: 'saml',
  type: 'saml',
  metadata_url: 'https://saml.example/m',
}

/** An organization with connections of every type, and a server that trusts these issuers. */
async function organization(trusted: readonly string[]) {
  const connections = [
    oidc('okta', 'https://okta.example'),
    oidc('login', 'https://login.example'),
    oidc('entra', 'https://entra.example/{tenantid}/v2.0', { allowed_tenants: [TENANT] }),
    github,
    saml,
  ]
  const server = { slug: 'mcp', name: 'MCP', resource: 'https://mcp.example/mcp', connection: 'login' }
  const trusted_issuers = trusted.map((issuer) => ({ issuer }))
  const acme = { slug: 'acme', name: 'Acme', connections, servers: [{ ...server, trusted_issuers }] }
  await apply(JSON.stringify({ organizations: [acme] }))
  const { organizationId } = await scope('acme')
  return async (from: string) =>
    (await linkableConnections(organizationId, `id-of-${from}`, management())).map(({ name }) => name)
}

describe('logins that can be linked', () => {
  it('are those of a provider that vouches for users, and from there those of all that can be asked anew', async () => {
    const from = await organization(['https://okta.example'])
    expect(await from('login')).toEqual(['okta'])
    expect(await from('saml')).toEqual(['okta'])
    expect(await from('okta')).toEqual(['entra', 'login', 'saml'])
    expect(await from('github')).toEqual([])
    expect(await from('nothing')).toEqual([])
  })

  it('are those of one tenant of an issuer that stands for several', async () => {
    const from = await organization([`https://entra.example/${TENANT}/v2.0`])
    expect(await from('login')).toEqual(['entra'])
  })

  it('are none where no server takes assertions', async () => {
    const from = await organization([])
    for (const connection of ['okta', 'login', 'saml']) expect(await from(connection)).toEqual([])
  })
})
