import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { createServices } from '@/lib/test-support/management'
import { changeConfiguration, type Entry, InvalidInput, withEntry } from './change-configuration'

const { apply, rows, store } = testInstallation()
const { management, scope } = createServices(store)

const SERVER = { slug: 'new', name: 'New', resource: 'https://new.example/mcp', connection: 'github' }
const CONNECTION = {
  slug: 'new',
  type: 'oidc',
  issuer: 'https://login.example',
  client_id: 'v',
  token_endpoint_auth_method: 'none',
}

/** The mistakes for which Globex is refused an entry beside those of Acme. */
async function refusal(list: 'servers' | 'connections', entry: Entry) {
  const edit = (globex: { readonly [name: string]: unknown }) => ({
    ...globex,
    [list]: withEntry(globex[list] as readonly Entry[], 'slug', entry),
  })
  const thrown = await changeConfiguration(await scope('globex'), edit, {}, management()).then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(thrown instanceof InvalidInput)) throw new Error('was not refused', { cause: thrown })
  return thrown.mistakes.map(({ path, message }) => [path.join('.'), message])
}

describe('what another organization has', () => {
  it.each([
    ['the slug of a server', 'servers', { ...SERVER, slug: 'second' }, 'servers.1.slug'],
    ['its host', 'servers', { ...SERVER, issuer_host: 'auth.acme.com' }, 'servers.1.issuer_host'],
    ['its place as the default', 'servers', { ...SERVER, default: true }, 'servers.1.default'],
    ['the id of a connection', 'connections', { ...CONNECTION, id: 'acme-okta' }, 'connections.1.id'],
  ] as const)('cannot be taken: %s', async (_, list, entry, path) => {
    await apply(EXAMPLE)
    const before = await rows()
    expect((await refusal(list, entry)).map(([at]) => at)).toEqual([path])
    expect(await rows()).toEqual(before)
  })

  it('cannot be taken: an issuer that the slug would lead to', async () => {
    await apply(EXAMPLE)
    await store().db.execute(
      sql`update servers set issuer = 'https://auth.example.com/s/new' where slug = 'second'`,
    )
    expect(await refusal('servers', SERVER)).toEqual([
      ['servers.1.slug', expect.stringContaining('https://auth.example.com/s/new already')],
    ])
  })

  it('is not even read: a secret of theirs that does not open is in nobody’s way', async () => {
    await apply(EXAMPLE)
    await store().db.execute(sql`update connections set client_secret = 'k1.AAAA' where id = 'acme-okta'`)
    await changeConfiguration(await globexScope(), rename, {}, management())
    const names = await store().db.execute(sql`select name from organizations order by slug`)
    expect(names.map(({ name }) => name)).toEqual(['Acme Inc', 'Renamed'])
  })
})

const rename = (organization: object) => ({ ...organization, name: 'Renamed' })

/** Without reading everybody's rows. */
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
    client_id: 'taken',
    redirect_uris: ['https://a.example/cb'],
    token_endpoint_auth_method: 'none',
  }
  const entry = { ...SERVER, slug: 'globex', clients: [client] }
  expect(await refusal('servers', entry)).toEqual([
    ['servers.0.clients.0.client_id', expect.stringContaining('registered itself')],
  ])
})
