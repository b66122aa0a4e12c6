import { describe, expect, it } from 'vitest'
import { printPlan } from '@/lib/cli/print-plan'
import { newClient } from '@/lib/store/test-support/store-under-test'
import { CONFIG, changed, EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'

const { apply, refusal, rows, store } = testInstallation()

describe('what never changes', () => {
  it('is refused together, each with its line [AS-39]', async () => {
    await apply(EXAMPLE)
    const text = changed('id: acme-okta', 'id: other-id')
      .replace('        default: true\n', '')
      .replace('issuer_host: auth.acme.com', 'issuer_host: login.acme.com')
    expect(await refusal(text)).toEqual([
      expect.stringMatching(
        /^v\.yaml:7:13: organizations\[0\]\.connections\[0\]\.id: a connection's id never changes/,
      ),
      expect.stringMatching(
        /^v\.yaml:\d+:\d+: organizations\[0\]\.servers\[0\]\.default: .*keep default: true$/,
      ),
      expect.stringMatching(
        /^v\.yaml:\d+:22: organizations\[0\]\.servers\[1\]\.issuer_host: .*keep issuer_host: auth\.acme\.com$/,
      ),
    ])
  })

  it('includes a path issuer, when the server is now to have a host', async () => {
    await apply(EXAMPLE)
    const text = changed('name: Globex MCP', 'name: Globex MCP\n        issuer_host: auth.globex.com')
    expect(await refusal(text)).toEqual([
      expect.stringContaining('that of globex/globex is https://auth.example.com/s/globex: leave this out'),
    ])
  })

  it('is kept, with a warning, when only PUBLIC_URL is another [AS-39]', async () => {
    await apply(EXAMPLE)
    const plan = await apply(EXAMPLE, { config: { ...CONFIG, publicUrl: 'https://new.example.com' } })
    expect(plan.changes).toEqual([])
    expect(plan.warnings).toEqual([
      expect.stringContaining('acme/main keeps its issuer https://auth.example.com,'),
      expect.stringContaining('globex/globex keeps its issuer https://auth.example.com/s/globex,'),
    ])
    expect(printPlan(plan)).toMatch(/^Warning: .*\nWarning: .*\nnothing to do$/)
  })
})

describe('conflicts with what is stored', () => {
  const other = (fields: { connection?: string; server: string }) => `organizations:
  - slug: initech
    name: Initech
    connections:
      - slug: okta
        type: oidc
        issuer: https://initech.okta.com
        client_id: x
        client_secret: env:OKTA_SECRET
        ${fields.connection ?? ''}
    servers:
      - name: Initech
        resource: https://mcp.initech.com/mcp
        connection: okta
        ${fields.server}
`

  it.each([
    [
      "another organization's server slug",
      { server: 'slug: main' },
      '15:15',
      'a server of another organization',
    ],
    [
      "another organization's connection id",
      { connection: 'id: acme-okta', server: 'slug: newer' },
      '10:13',
      'another connection has this id',
    ],
    [
      "another organization's host",
      { server: 'slug: newer\n        issuer_host: auth.acme.com' },
      '16:22',
      'server second has the issuer',
    ],
    [
      'a second default',
      { server: 'slug: newer\n        default: true' },
      '16:18',
      'server main is the default already',
    ],
    [
      'PUBLIC_URL as a host',
      { server: 'slug: newer\n        issuer_host: auth.example.com' },
      '16:22',
      'server main has the issuer',
    ],
  ])('name %s', async (_, fields, place, message) => {
    await apply(EXAMPLE)
    const [line, ...others] = await refusal(other(fields))
    expect(line).toMatch(new RegExp(`^v\\.yaml:${place}: `))
    expect(line).toContain(message)
    expect(others).toEqual([])
    expect((await rows()).organizations).toHaveLength(2)
  })

  it('name PUBLIC_URL itself, when no server is the default', async () => {
    const [line] = await refusal(other({ server: 'slug: newer\n        issuer_host: auth.example.com' }))
    expect(line).toContain('is PUBLIC_URL')
  })

  it("keep a file's server out of the connections of another organization [H-44]", async () => {
    await apply(EXAMPLE)
    const text = other({ server: 'slug: newer' }).replace('connection: okta', 'connection: github')
    expect(await refusal(text)).toEqual([
      expect.stringContaining('this organization has no connection of that slug'),
    ])
  })

  it('name a client that registered itself', async () => {
    await apply(EXAMPLE)
    const main = await store().servers.findByIssuer('https://auth.example.com')
    const client = newClient(main?.id ?? '', { clientId: 'self-made' })
    await store().clients.register(client)
    expect(await refusal(changed('client_id: cli', 'client_id: self-made'))).toEqual([
      expect.stringContaining('clients[0].client_id: a client that registered itself has this id'),
    ])
    expect(await store().clients.find(client.serverId, 'self-made')).toMatchObject({
      redirectUris: client.redirectUris,
    })
  })

  it('warn when users will be known in another way', async () => {
    await apply(EXAMPLE)
    const plan = await apply(changed('subject: id', 'subject: login'))
    expect(plan.warnings).toEqual([expect.stringContaining('globex/github identifies users in another way')])
  })
})
