import { describe, expect, it } from 'vitest'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { createServices } from '@/lib/test-support/management'
import { changeConfiguration, InvalidInput, withEntry } from './change-configuration'

const { apply, rows, store } = testInstallation()
const { management, scope } = createServices(store)

describe('changing an organization', () => {
  it('keeps every secret that it does not touch', async () => {
    await apply(EXAMPLE)
    const before = await rows()
    await changeConfiguration(
      await scope('acme'),
      (acme) => ({ ...acme, name: 'Acme renamed' }),
      {},
      management(),
    )
    const after = await rows()
    expect(after.organizations.map(({ name }) => name)).toContain('Acme renamed')
    expect({ ...after, organizations: [] }).toEqual({ ...before, organizations: [] })
  })

  it('adds a connection with a secret that was typed, and writes down who did it', async () => {
    await apply(EXAMPLE)
    const entry = {
      slug: 'new',
      type: 'oidc',
      issuer: 'https://new.example',
      client_id: 'v',
      client_secret: 'env:TYPED',
    }
    const edit = (acme: { connections?: readonly Record<string, unknown>[] }) => ({
      ...acme,
      connections: withEntry(acme.connections, 'slug', entry),
    })
    const acme = await scope('acme')
    const plan = await changeConfiguration(acme, edit, { TYPED: 'a typed secret' }, management())
    expect(plan.changes.map(({ action, name }) => `${action} ${name}`)).toEqual(['create acme/new'])
    expect((await rows()).connections.find(({ slug }) => slug === 'new')?.clientSecret).toBe('a typed secret')
    const [written] = await auditLogStore(store().db).list(acme.organizationId, 10)
    expect(written).toMatchObject({
      action: 'connection.created',
      actorName: 'Olive',
      targetName: 'acme/new',
    })
    expect(JSON.stringify(written)).not.toContain('a typed secret')
  })

  it('names every mistake by its place, and changes nothing', async () => {
    await apply(EXAMPLE)
    const before = await rows()
    const edit = (acme: { servers?: readonly Record<string, unknown>[] }) => ({
      ...acme,
      servers: [
        ...(acme.servers ?? []),
        { slug: 'Bad Slug', name: 'x', resource: 'nonsense', connection: 'okta' },
      ],
    })
    const thrown = await changeConfiguration(await scope('acme'), edit, {}, management()).catch(
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
  it.each([{ issuer: 'https://thief.example' }, { revocation_endpoint: 'https://thief.example/revoke' }])(
    'cannot have a stored secret sent to an address of their own: %o',
    async (changes) => {
      await apply(EXAMPLE)
      const before = await rows()
      const edit = (secret?: string) => (acme: { connections?: readonly Record<string, unknown>[] }) => ({
        ...acme,
        connections: (acme.connections ?? []).map((connection) =>
          connection.slug === 'okta'
            ? { ...connection, ...changes, ...(secret && { client_secret: secret }) }
            : connection,
        ),
      })
      const acme = await scope('acme')
      await expect(changeConfiguration(acme, edit(), {}, management())).rejects.toThrow('give it again')
      expect(await rows()).toEqual(before)
      const typed = changeConfiguration(acme, edit('env:TYPED'), { TYPED: 'another secret' }, management())
      expect((await typed).changes).toHaveLength(1)
    },
  )

  it('cannot take the address of the installation, nor a host', async () => {
    await apply(EXAMPLE)
    const server = { slug: 'grab', name: 'Grab', resource: 'https://grab.example/mcp', connection: 'github' }
    const globex = { ...(await scope('globex')), isInstallationOperator: false }
    for (const place of [{ default: true }, { issuer_host: 'auth.victim.example' }]) {
      const edit = (organization: { servers?: readonly Record<string, unknown>[] }) => ({
        ...organization,
        servers: [...(organization.servers ?? []), { ...server, ...place }],
      })
      await expect(changeConfiguration(globex, edit, {}, management())).rejects.toThrow('only the operator')
    }
  })

  it('cannot reach into another organization by writing its slug', async () => {
    await apply(EXAMPLE)
    const edit = (organization: object) => ({ ...organization, slug: 'acme', name: 'Only Globex' })
    await changeConfiguration(await scope('globex'), edit, {}, management())
    expect((await rows()).organizations.map(({ slug, name }) => [slug, name])).toEqual([
      ['acme', 'Acme Inc'],
      ['globex', 'Only Globex'],
    ])
  })

  it('needs the permission to configure', async () => {
    await apply(EXAMPLE)
    const auditor = { ...(await scope('acme')), permissions: ['read'] as const }
    await expect(changeConfiguration(auditor, (acme) => acme, {}, management())).rejects.toThrow('configure')
  })
})
