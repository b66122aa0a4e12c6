import { describe, expect, it } from 'vitest'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { connectionConfigs } from '@/lib/store/oauth/connections'
import type { OrganizationScope } from '../access'
import { InvalidInput } from '../configuration/mistakes'
import type { ConnectionInput } from '../configuration/schema/settings'
import { EXAMPLE, SECRETS } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { createServices } from '../test-support/management'
import { createConnection, findConnection, listConnections, updateConnection } from './connections'
import { type Answers, PRESETS, type PresetId, presetOf } from './presets'
import { ANSWERS } from './test-support/answers'
import { AUTHORITY } from './test-support/authority'

const { apply, rows, store } = testInstallation()
const { management, scope } = createServices(store)

const NEW = { name: 'Acme Login', type: 'oidc', issuer: 'https://login.acme.com', clientId: 'v' } as const
const withSecret = { ...NEW, clientSecret: { set: 'typed-S3CR3T' } }

const mistakes = async (work: Promise<unknown>) => {
  const error = await work.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(InvalidInput)
  return (error as InvalidInput).mistakes.map(({ path }) => path)
}
/** Creates it, and finds it. */
const created = async (of: OrganizationScope, input: ConnectionInput) =>
  findConnection(of, (await createConnection(of, input, management())).name, management())
const updated = async (of: OrganizationScope, slug: string, changes: ConnectionInput) => {
  const { warnings } = await updateConnection(of, slug, changes, management())
  return { connection: await findConnection(of, slug, management()), warnings }
}
const secretOf = async (id: string) =>
  (await connectionConfigs(store().db, store().sealer).find(id))?.clientSecret

describe('looking at connections', () => {
  it('shows everything but the secret', async () => {
    await apply(EXAMPLE)
    const shown = await listConnections(await scope('acme'), management())
    expect(shown.map(({ slug }) => slug)).toEqual(['okta', 'public-login'])
    expect(shown[0]).toMatchObject({
      issuer: 'https://acme.okta.com',
      hasClientSecret: true,
      callbackUrl: 'https://auth.example.com/oauth/callback/acme-okta',
      servers: [{ slug: 'main', name: 'Acme MCP' }],
    })
    expect(shown[1]).toMatchObject({ hasClientSecret: false, servers: [{ slug: 'second', name: 'Second' }] })
    expect(JSON.stringify(shown)).not.toContain('S3CR3T')
  })

  it('is for members of the organization alone', async () => {
    await apply(EXAMPLE)
    const globex = await scope('globex')
    expect((await listConnections(globex, management())).map(({ slug }) => slug)).toEqual(['github'])
    await expect(findConnection(globex, 'okta', management())).rejects.toThrow('there is no such connection')
    const nobody: OrganizationScope = { ...globex, permissions: [] }
    await expect(listConnections(nobody, management())).rejects.toThrow('read')
  })
})

describe('creating a connection', () => {
  it('derives the short name, seals the secret and writes down who did it', async () => {
    await apply(EXAMPLE)
    const acme = await scope('acme')
    const connection = await created(acme, { ...withSecret, name: 'Äcme  Login (EU)!' })
    expect(connection).toMatchObject({ slug: 'acme-login-eu', hasClientSecret: true, servers: [] })
    expect(await secretOf(connection.id)).toBe('typed-S3CR3T')
    const log = await auditLogStore(store().db).list(acme.organizationId, 10)
    expect(log[0]).toMatchObject({ action: 'connection.created', targetName: 'acme/acme-login-eu' })
    expect(JSON.stringify([log, connection])).not.toContain('S3CR3T')
  })

  it('finds another short name where one is taken, and refuses one that was asked for', async () => {
    await apply(EXAMPLE)
    const acme = await scope('acme')
    const slugs = []
    for (const name of ['Okta', 'Okta', '!!!'])
      slugs.push((await created(acme, { ...withSecret, name })).slug)
    expect(slugs).toEqual(['okta-2', 'okta-3', 'connection'])
    expect(await mistakes(createConnection(acme, { ...withSecret, slug: 'okta' }, management()))).toEqual([
      ['slug'],
    ])
  })

  it('keeps the id whose callback was registered before', async () => {
    await apply(EXAMPLE)
    const connection = await created(await scope('acme'), { ...withSecret, id: 'chosen_1' })
    expect(connection.callbackUrl).toBe('https://auth.example.com/oauth/callback/chosen_1')
  })

  it("cannot take the id of another organization's connection", async () => {
    await apply(EXAMPLE)
    const before = await rows()
    const taking = createConnection(await scope('globex'), { ...withSecret, id: 'acme-okta' }, management())
    expect(await mistakes(taking)).toEqual([['id']])
    expect(await rows()).toEqual(before)
  })

  it('names mistakes by the field', async () => {
    await apply(EXAMPLE)
    const wrong = { ...NEW, name: '', issuer: 'http://login.acme.com', scopes: ['a b'] }
    expect(await mistakes(createConnection(await scope('acme'), wrong, management()))).toEqual(
      expect.arrayContaining([['name'], ['issuer'], ['client_secret'], ['scopes', 0]]),
    )
  })

  it('needs the permission to configure', async () => {
    await apply(EXAMPLE)
    const support = { ...(await scope('acme')), permissions: ['read', 'revoke'] as const }
    await expect(createConnection(support, withSecret, management())).rejects.toThrow('configure')
    await expect(updateConnection(support, 'okta', { name: 'x' }, management())).rejects.toThrow('configure')
  })
})

describe('changing a connection', () => {
  it('keeps the stored secret where it names none', async () => {
    await apply(EXAMPLE)
    const { connection } = await updated(await scope('acme'), 'okta', { name: 'Renamed' })
    expect(connection).toMatchObject({ name: 'Renamed', clientId: '0oa123', forwardResource: true })
    expect(await secretOf('acme-okta')).toBe(SECRETS.OKTA_SECRET)
  })

  it('replaces the secret by a typed one', async () => {
    await apply(EXAMPLE)
    await updateConnection(await scope('acme'), 'okta', { clientSecret: { set: 'new-S3CR3T' } }, management())
    expect(await secretOf('acme-okta')).toBe('new-S3CR3T')
  })

  it('lets the secret go when the client becomes a public one', async () => {
    await apply(EXAMPLE)
    const changes = { tokenEndpointAuthMethod: 'none' } as const
    const { connection } = await updated(await scope('acme'), 'okta', changes)
    expect(connection).toMatchObject({ tokenEndpointAuthMethod: 'none', hasClientSecret: false })
  })

  it('keeps the day on which the secret ends until it is emptied, or the secret goes', async () => {
    await apply(EXAMPLE)
    const acme = await scope('acme')
    const change = async (changes: ConnectionInput) => (await updated(acme, 'okta', changes)).connection
    const enter = () => change({ clientSecretEnds: '2027-02-28', certificateAuthorities: AUTHORITY })
    expect(await enter()).toMatchObject({ clientSecretEnds: '2027-02-28' })
    const renamed = await change({ name: 'Renamed' })
    expect(renamed).toMatchObject({ clientSecretEnds: '2027-02-28', certificateAuthorities: AUTHORITY })
    const emptied = await change({ clientSecretEnds: undefined, certificateAuthorities: undefined })
    expect(emptied).not.toHaveProperty('clientSecretEnds')
    expect(emptied).not.toHaveProperty('certificateAuthorities')
    await enter()
    expect(await change({ tokenEndpointAuthMethod: 'none' })).not.toHaveProperty('clientSecretEnds')
    for (const wrong of ['2027-02-29', '28.2.2027', '2027-2-28', '', '2027-02-28T00:00:00Z'])
      expect(await mistakes(change({ clientSecretEnds: wrong }))).toEqual([['client_secret_ends']])
  })

  it('warns when all users become new users', async () => {
    await apply(EXAMPLE)
    const changes = { issuer: 'https://other.okta.com', clientSecret: { set: 'of-the-other' } }
    const { warnings } = await updateConnection(await scope('acme'), 'okta', changes, management())
    expect(warnings).toEqual([expect.stringContaining('everybody who logs in through it becomes a new user')])
  })

  it('never reads a variable of the process as a secret', async () => {
    await apply(EXAMPLE)
    await updateConnection(await scope('acme'), 'okta', { clientSecret: { set: 'env:HOME' } }, management())
    expect(await secretOf('acme-okta')).toBe('env:HOME')
  })

  it("finds nothing of another organization's, nor its id", async () => {
    await apply(EXAMPLE)
    const globex = await scope('globex')
    await expect(updateConnection(globex, 'okta', { name: 'x' }, management())).rejects.toThrow(
      'no such connection',
    )
    expect(await mistakes(updateConnection(globex, 'github', { id: 'acme-okta' }, management()))).toEqual([
      ['id'],
    ])
  })
})

describe('presets', () => {
  it('all lead to connections that can be stored, and are recognised again', async () => {
    await apply(EXAMPLE)
    const acme = await scope('acme')
    const ownAnswers: Partial<Record<PresetId, Answers>> = {
      auth0: { domain: 'acme.eu.auth0.com' },
      gitlab: { issuer: 'https://gitlab.com' },
      ping: { issuer: 'https://auth.pingone.eu/1b4e28ba-2fa1-11d2-883f-0016d3cca427/as' },
      b2c: { issuer: 'https://acme.b2clogin.com/tfp/1b4e28ba-2fa1-11d2-883f-0016d3cca427/B2C_1_in/v2.0/' },
    }
    for (const preset of PRESETS) {
      const entry = { ...preset.defaults, ...preset.address({ ...ANSWERS, ...ownAnswers[preset.id] }) }
      const isClient = preset.type !== 'platform' && preset.type !== 'saml'
      const client = isClient ? { clientId: 'v', clientSecret: { set: 's' } } : {}
      const connection = await created(acme, { ...entry, name: preset.name, ...client })
      expect([preset.id, presetOf(connection)]).toEqual([preset.id, preset.id])
    }
  })
})
