import { describe, expect, it } from 'vitest'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { isSecretOf } from '@/lib/store/configuration/configuration'
import { EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { createServices } from '@/lib/test-support/management'
import { changeConfiguration, type Edited } from './change-configuration'
import { InvalidInput } from './mistakes'
import type { ConnectionInput, OrganizationSettings, ServerInput } from './schema/settings'

const { apply, rows, store } = testInstallation()
const { management, scope } = createServices(store)

const whole = (organization: Edited['organization']): Edited => ({ organization, at: [] })

describe('changing an organization', () => {
  it('keeps every secret that it does not touch', async () => {
    await apply(EXAMPLE)
    const before = await rows()
    const rename = (acme: OrganizationSettings) => whole({ ...acme, name: 'Acme renamed' })
    await changeConfiguration(await scope('acme'), rename, management())
    const after = await rows()
    expect(after.organizations.map(({ name }) => name)).toContain('Acme renamed')
    expect({ ...after, organizations: [] }).toEqual({ ...before, organizations: [] })
  })

  it('adds a connection with a secret that was typed, and writes down who did it', async () => {
    await apply(EXAMPLE)
    const entry: ConnectionInput = {
      slug: 'newer',
      type: 'oidc',
      issuer: 'https://new.example',
      clientId: 'v',
      clientSecret: { set: 'a typed secret' },
    }
    const edit = (organization: OrganizationSettings) =>
      whole({ ...organization, connections: [...organization.connections, entry] })
    const acme = await scope('acme')
    const plan = await changeConfiguration(acme, edit, management())
    expect(plan.changes.map(({ action, name }) => `${action} ${name}`)).toEqual(['create acme/newer'])
    const stored = (await rows()).connections.find(({ slug }) => slug === 'newer')
    expect(stored && isSecretOf(store().sealer)(stored, 'a typed secret')).toBe(true)
    const [written] = await auditLogStore(store().db).list(acme.organizationId, 10)
    expect(written).toMatchObject({
      action: 'connection.created',
      actorName: 'Olive',
      targetName: 'acme/newer',
    })
    expect(JSON.stringify(written)).not.toContain('a typed secret')
  })

  it('names every mistake by its place, and changes nothing', async () => {
    await apply(EXAMPLE)
    const before = await rows()
    const wrong = { slug: 'Bad Slug', name: 'x', resource: 'nonsense', connection: 'okta' }
    const edit = (acme: OrganizationSettings) => whole({ ...acme, servers: [...acme.servers, wrong] })
    const thrown = await changeConfiguration(await scope('acme'), edit, management()).catch(
      (error: unknown) => error,
    )
    expect(thrown).toBeInstanceOf(InvalidInput)
    expect((thrown as InvalidInput).mistakes.map(({ path }) => path)).toEqual([
      ['servers', 2, 'slug'],
      ['servers', 2, 'resource'],
    ])
    expect(await rows()).toEqual(before)
  })
})

describe('who administers one organization', () => {
  it.each([{ issuer: 'https://thief.example' }, { revocationEndpoint: 'https://thief.example/revoke' }])(
    'cannot have a stored secret sent to an address of their own: %o',
    async (changes) => {
      await apply(EXAMPLE)
      const before = await rows()
      const edit = (entered: ConnectionInput) => (acme: OrganizationSettings) =>
        whole({
          ...acme,
          connections: acme.connections.map((connection) =>
            connection.slug === 'okta' ? { ...connection, ...changes, ...entered } : connection,
          ),
        })
      const acme = await scope('acme')
      await expect(changeConfiguration(acme, edit({}), management())).rejects.toThrow('give it again')
      expect(await rows()).toEqual(before)
      const typed = changeConfiguration(acme, edit({ clientSecret: { set: 'another secret' } }), management())
      expect((await typed).changes).toHaveLength(1)
    },
  )

  it('cannot take the address of the installation, nor a host', async () => {
    await apply(EXAMPLE)
    const server = { slug: 'grab', name: 'Grab', resource: 'https://grab.example/mcp', connection: 'github' }
    const globex = { ...(await scope('globex')), isInstallationOperator: false }
    const places: readonly ServerInput[] = [{ default: true }, { issuerHost: 'auth.victim.example' }]
    for (const place of places) {
      const edit = (organization: OrganizationSettings) =>
        whole({ ...organization, servers: [...organization.servers, { ...server, ...place }] })
      await expect(changeConfiguration(globex, edit, management())).rejects.toThrow('only the operator')
    }
  })

  it('cannot reach into another organization by writing its slug', async () => {
    await apply(EXAMPLE)
    const edit = (organization: OrganizationSettings) =>
      whole({ ...organization, slug: 'acme', name: 'Only Globex' })
    await changeConfiguration(await scope('globex'), edit, management())
    expect((await rows()).organizations.map(({ slug, name }) => [slug, name])).toEqual([
      ['acme', 'Acme Inc'],
      ['globex', 'Only Globex'],
    ])
  })

  it('needs the permission to configure', async () => {
    await apply(EXAMPLE)
    const auditor = { ...(await scope('acme')), permissions: ['read'] as const }
    await expect(changeConfiguration(auditor, whole, management())).rejects.toThrow('configure')
  })
})
