import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { printNewAddresses, printPlan } from '@/lib/cli/print-plan'
import { connectionConfigs } from '@/lib/store/oauth/connections'
import { changed, EXAMPLE, SECRETS } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'

const { apply, refusal, rows, store } = testInstallation()

describe('applying a configuration', () => {
  it('creates everything it names [AS-7]', async () => {
    const plan = await apply(EXAMPLE)
    expect(plan.warnings).toEqual([])
    expect(plan.changes.map(({ action, kind, name }) => `${action} ${kind} ${name}`)).toEqual([
      'create organization acme',
      'create connection acme/okta',
      'create connection acme/public-login',
      'create server acme/main',
      'create client acme/main/cli',
      'create client acme/main/ci',
      'create server acme/second',
      'create organization globex',
      'create connection globex/github',
      'create server globex/globex',
    ])
    const main = await store().servers.findByIssuer('https://auth.example.com')
    expect(main).toMatchObject({ slug: 'main', connectionId: 'acme-okta', accessTokenLifetime: 900 })
    expect(await store().servers.findByIssuer('https://auth.acme.com')).toMatchObject({ slug: 'second' })
    expect(await store().servers.findByIssuer('https://auth.example.com/s/globex')).toMatchObject({
      slug: 'globex',
    })
    expect(await store().clients.find(main?.id ?? '', 'ci')).toMatchObject({
      kind: 'preregistered',
      grantTypes: ['authorization_code'],
      scope: ['files:read', 'offline_access'],
    })
  })

  it('stores connections as the login reads them', async () => {
    await apply(EXAMPLE)
    const configs = connectionConfigs(store().db, store().sealer)
    expect(await configs.find('acme-okta')).toMatchObject({
      name: 'Okta',
      issuer: 'https://acme.okta.com',
      clientSecret: SECRETS.OKTA_SECRET,
      tokenEndpointAuthMethod: 'client_secret_post',
      authorizationParameters: { prompt: 'login', access_type: 'offline' },
      forwardResource: true,
    })
    for (const { id, slug } of (await rows()).connections)
      expect(await configs.find(id)).toMatchObject({
        slug,
        name: expect.stringMatching(/^(Okta|Public login|Github)$/),
      })
  })

  it('says what to enter elsewhere: callbacks and issuers', async () => {
    const printed = printNewAddresses(await apply(EXAMPLE))
    expect(printed).toContain(
      'connection acme/okta, to enter at the identity provider:\n  https://auth.example.com/oauth/callback/acme-okta',
    )
    expect(printed).toContain('Issuer of server acme/second:\n  https://auth.acme.com')
    for (const { id } of (await rows()).connections) expect(printed).toContain(`/oauth/callback/${id}`)
  })

  it('has nothing to do the second time', async () => {
    await apply(EXAMPLE)
    const before = await rows()
    expect(printPlan(await apply(EXAMPLE))).toBe('nothing to do')
    expect(await rows()).toEqual(before)
  })

  it('updates what differs and shows no secret [H-48]', async () => {
    await apply(EXAMPLE)
    const text = changed('name: Acme MCP', 'name: Acme').replace('            name: Build server\n', '')
    const env = {
      ...SECRETS,
      OKTA_SECRET: 'another-S3CR3T-value',
      CI_SECRET: `another-S3CR3T-${'x'.repeat(32)}`,
    }
    const plan = await apply(text, { env })
    expect(printPlan(plan)).toBe(`~ connection acme/okta
    client_secret: (secret, changed)
~ server acme/main
    name: Acme MCP → Acme
~ client acme/main/ci
    name: Build server → (none)
    client_secret: (secret, changed)`)
    expect((await connectionConfigs(store().db, store().sealer).find('acme-okta'))?.clientSecret).toBe(
      env.OKTA_SECRET,
    )
    expect((await rows()).clients.find(({ clientId }) => clientId === 'ci')).not.toHaveProperty('name')
  })

  it('shows no secret when it creates, either [H-48]', async () => {
    const plan = await apply(EXAMPLE)
    for (const text of [printPlan(plan), printNewAddresses(plan), JSON.stringify(plan)]) {
      expect(text).not.toContain('S3CR3T')
      for (const { secretHash } of (await rows()).clients)
        if (secretHash) expect(text).not.toContain(secretHash)
    }
  })

  it('removes a secret that the file no longer has', async () => {
    await apply(EXAMPLE)
    const text = changed('        resource_secret: env:FILES_RESOURCE_SECRET\n', '')
    const bare = text.replace('        handoff_scopes: [files.readonly]\n', '')
    const plan = await apply(bare.replace('        token_format: opaque\n', ''))
    expect(printPlan(plan)).toBe(
      '~ server acme/main\n    token_format: opaque → jwt\n    resource_secret: (secret, removed)\n    handoff_scopes: ["files.readonly"] → (none)',
    )
    expect(await store().servers.findByIssuer('https://auth.example.com')).not.toHaveProperty(
      'resourceSecretHash',
    )
  })

  it('leaves alone what the file does not name', async () => {
    await apply(EXAMPLE)
    const plan = await apply('organizations:\n  - { slug: initech, name: Initech }\n')
    expect(printPlan(plan)).toBe('+ organization initech\n    name: Initech')
    const { organizations, servers, clients } = await rows()
    expect([organizations.length, servers.length, clients.length]).toEqual([3, 3, 2])
  })

  it('only says what it would do in a dry run', async () => {
    const plan = await apply(EXAMPLE, { dryRun: true })
    expect(plan.changes).toHaveLength(10)
    expect((await rows()).organizations).toEqual([])
  })

  it('derives issuers from SERVERS_DOMAIN, and on this machine from plain http [AS-26]', async () => {
    const config = { publicUrl: 'http://localhost:3000', loopback: true, serversDomain: 'mcp.localhost:3000' }
    await apply(EXAMPLE, { config })
    expect((await rows()).servers.map(({ issuer }) => issuer).toSorted()).toEqual([
      'http://auth.acme.com',
      'http://globex.mcp.localhost:3000',
      'http://localhost:3000',
    ])
  })
})

describe('all or nothing', () => {
  it('leaves nothing behind when a statement in the middle fails, and quotes no value', async () => {
    await store().db.execute(
      sql`create function refuse() returns trigger language plpgsql as 'begin raise exception ''no''; end'`,
    )
    await store().db.execute(
      sql`create trigger refuse before insert on clients for each row execute function refuse()`,
    )
    const error = await apply(EXAMPLE).catch((thrown: unknown) => thrown)
    await store().db.execute(sql`drop function refuse cascade`)
    expect(error).toMatchObject({ name: 'DatabaseError', code: 'P0001' })
    expect(JSON.stringify(error) + String(error)).not.toMatch(/S3CR3T|okta/)
    expect(await rows()).toMatchObject({ organizations: [], connections: [], servers: [], clients: [] })
  })

  it('writes nothing when one entry contradicts what is stored', async () => {
    await apply(EXAMPLE)
    const before = await rows()
    await refusal(changed('id: acme-okta', 'id: other').replace('name: Globex MCP', 'name: Renamed'))
    expect(await rows()).toEqual(before)
  })

  it('lets one of two concurrent applications create, and the other find it done', async () => {
    const plans = await Promise.all([apply(EXAMPLE), apply(EXAMPLE), apply(EXAMPLE), apply(EXAMPLE)])
    expect(plans.map(({ changes }) => changes.length).toSorted((a, b) => a - b)).toEqual([0, 0, 0, 10])
    expect((await rows()).servers).toHaveLength(3)
  })
})

describe('the sandbox', () => {
  const sandbox = `
organizations:
  - slug: sandbox
    name: Sandbox
    connections:
      - { slug: sandbox, type: oidc, issuer: "https://idp.example.com", client_id: v, token_endpoint_auth_method: none }
    servers:
      - { slug: sandbox, name: Sandbox, resource: "https://sandbox.example.com/mcp", connection: sandbox, default: true }
`

  it('moves the sandbox from the default place for a server of the operator, and no other', async () => {
    await apply(sandbox)
    await apply(EXAMPLE)
    const [main, moved] = await Promise.all([
      store().servers.findByIssuer('https://auth.example.com'),
      store().servers.findByIssuer('https://auth.example.com/s/sandbox'),
    ])
    expect([main?.slug, moved?.slug]).toEqual(['main', 'sandbox'])
    await expect(apply(sandbox)).rejects.toThrow()
  })
})
