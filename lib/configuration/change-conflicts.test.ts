import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { createServices } from '@/lib/test-support/management'
import { changeConfiguration, type Edited } from './change-configuration'
import { InvalidInput, sentenceOf } from './mistakes'
import type { ConnectionInput, OrganizationSettings, ServerInput } from './schema/settings'

const { apply, rows, store } = testInstallation()
const { management, scope } = createServices(store)

const SERVER = { slug: 'newer', name: 'New', resource: 'https://new.example/mcp', connection: 'github' }
const CONNECTION: ConnectionInput = {
  slug: 'newer',
  type: 'oidc',
  issuer: 'https://login.example',
  clientId: 'v',
  tokenEndpointAuthMethod: 'none',
}

type Addition = {
  readonly servers?: readonly ServerInput[]
  readonly connections?: readonly ConnectionInput[]
}

/** The mistakes for which Globex is refused entries beside those of Acme. */
async function refusal({ servers = [], connections = [] }: Addition) {
  const edit = (globex: OrganizationSettings): Edited => {
    const others = globex.servers.filter(({ slug }) => servers.every((server) => server.slug !== slug))
    return {
      organization: {
        ...globex,
        connections: [...globex.connections, ...connections],
        servers: [...others, ...servers],
      },
      at: [],
    }
  }
  const thrown = await changeConfiguration(await scope('globex'), edit, management()).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(thrown instanceof InvalidInput)) throw new Error('was not refused', { cause: thrown })
  return thrown.mistakes.map((mistake) => [mistake.path.join('.'), sentenceOf(mistake)])
}

describe('what another organization has', () => {
  it.each([
    ['the slug of a server', { servers: [{ ...SERVER, slug: 'second' }] }, 'servers.1.slug'],
    ['its host', { servers: [{ ...SERVER, issuerHost: 'auth.acme.com' }] }, 'servers.1.issuer_host'],
    ['its place as the default', { servers: [{ ...SERVER, default: true }] }, 'servers.1.default'],
    ['the id of a connection', { connections: [{ ...CONNECTION, id: 'acme-okta' }] }, 'connections.1.id'],
  ] as const)('cannot be taken: %s', async (_, addition, path) => {
    await apply(EXAMPLE)
    const before = await rows()
    expect((await refusal(addition)).map(([at]) => at)).toEqual([path])
    expect(await rows()).toEqual(before)
  })

  it('cannot be taken: an issuer that the slug would lead to', async () => {
    await apply(EXAMPLE)
    await store().db.execute(
      sql`update servers set issuer = 'https://auth.example.com/s/newer' where slug = 'second'`,
    )
    expect(await refusal({ servers: [SERVER] })).toEqual([
      ['servers.1.slug', expect.stringContaining('https://auth.example.com/s/newer already')],
    ])
  })

  it('is not even read: a secret of theirs that does not open does not matter', async () => {
    await apply(EXAMPLE)
    await store().db.execute(sql`update connections set client_secret = 'k1.AAAA' where id = 'acme-okta'`)
    await changeConfiguration(await globexScope(), rename, management())
    const names = await store().db.execute(sql`select name from organizations order by slug`)
    expect(names.map(({ name }) => name)).toEqual(['Acme Inc', 'Renamed'])
  })
})

const rename = (organization: OrganizationSettings): Edited => ({
  organization: { ...organization, name: 'Renamed' },
  at: [],
})

/** Without reading all rows. */
async function globexScope() {
  const [row] = await store().db.execute<{ id: string }>(
    sql`select id from organizations where slug = 'globex'`,
  )
  return {
    organizationId: row!.id,
    organization: 'globex',
    actor: { kind: 'operator', name: 'Olive' },
    permissions: ['read', 'configure'],
    isInstallationOperator: false,
  } as const
}

it('does not give a client the id of one that registered itself', async () => {
  await apply(EXAMPLE)
  const server = (await rows()).servers.find(({ slug }) => slug === 'globex')!
  await store().clients.register({
    serverId: server.id,
    clientId: 'taken',
    kind: 'registered',
    redirectUris: ['http://127.0.0.1/callback'],
    tokenEndpointAuthMethod: 'none',
    grantTypes: ['authorization_code'],
    metadata: {},
  })
  const client = {
    clientId: 'taken',
    redirectUris: ['https://a.example/cb'],
    tokenEndpointAuthMethod: 'none',
  } as const
  const entry = { ...SERVER, slug: 'globex', clients: [client] }
  expect(await refusal({ servers: [entry] })).toEqual([
    ['servers.0.clients.0.client_id', expect.stringContaining('registered itself')],
  ])
})
