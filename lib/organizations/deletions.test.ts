import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OrganizationScope } from '@/lib/access'
import { applyConfiguration } from '@/lib/configuration/apply'
import { exportConfiguration } from '@/lib/configuration/export'
import { ConfigurationMistakes, InvalidInput, sentenceOf } from '@/lib/configuration/mistakes'
import { putClient, putServer } from '@/lib/configuration/put'
import type { ConnectionInput, ServerInput } from '@/lib/configuration/schema/settings'
import { createConnection, findConnection, listConnections } from '@/lib/connections/connections'
import { listServers } from '@/lib/grants/list'
import { createSetupLink, listSetupLinks } from '@/lib/setup-links/links'
import { openSetupLink } from '@/lib/setup-links/visit'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { configurationStore } from '@/lib/store/configuration/configuration'
import { connectionConfigs } from '@/lib/store/oauth/connections'
import { requestTimelineStore } from '@/lib/store/read/request-timelines'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { complete, completedLogin, newRequest } from '@/lib/store/test-support/store-under-test'
import { connect, connectedServices, registered } from '@/lib/test-support/connected'
import { CONFIG, EXAMPLE, SECRETS } from '@/lib/test-support/example'
import { deleteClient, deleteConnection, deleteServer, readServerDeletion } from './deletions'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())
const { management, scope, as, server } = connectedServices(() => store)

const apply = (text = EXAMPLE) =>
  applyConfiguration(text, {
    file: 'v.yaml',
    env: SECRETS,
    config: CONFIG,
    db: store.db,
    sealer: store.sealer,
  })

let number = 0

const CONNECTION: ConnectionInput = {
  type: 'oidc',
  issuer: 'https://login.spare.example',
  clientId: 'v',
  clientSecret: { set: 's' },
}

async function newConnection(of: OrganizationScope, input: ConnectionInput) {
  const { name } = await createConnection(of, input, management())
  return findConnection(of, name, management())
}

/** A server of its own, behind a connection of its own. */
async function newServer(extra: ServerInput = {}) {
  await apply().catch(() => {})
  const acme = await scope('acme')
  const slug = `spare-${++number}`
  const connection = await newConnection(acme, { ...CONNECTION, slug, name: slug })
  const input = { name: slug, resource: `https://${slug}.example/mcp`, connection: slug, ...extra }
  await putServer(acme, slug, () => input, management())
  const made = await store.servers.findByIssuer(`https://auth.example.com/s/${slug}`)
  if (!made) throw new Error('there is no server')
  return { acme, slug, made, connection }
}

const mistakes = async (work: Promise<unknown>) => {
  const error = await work.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(InvalidInput)
  return (error as InvalidInput).mistakes.map((mistake) => sentenceOf(mistake)).join('\n')
}

describe('deleting a server', () => {
  it('says before what goes, ends every grant, and is nowhere after', async () => {
    const { acme, slug, made } = await newServer()
    const { grant, token } = await connect(store, made)
    expect(await readServerDeletion(acme, slug, management())).toMatchObject({
      grants: 1,
      people: 1,
      clients: 1,
    })
    expect(await deleteServer(acme, slug, management())).toBe(1)
    expect(await store.servers.findByIssuer(made.issuer)).toBeNull()
    expect(await store.servers.find(made.id)).toBeNull()
    expect(await store.servers.listByResourceOrigin(new URL(made.resource).origin)).toEqual([])
    expect((await listServers(acme, management())).map((one) => one.slug)).not.toContain(slug)
    expect((await store.grants.find(grant.id))?.revokedAt).toBeDefined()
    expect(await store.refreshTokens.find(token.hash)).not.toMatchObject({ grant: { revokedAt: undefined } })
    await expect(deleteServer(acme, slug, management())).rejects.toThrow('no such server')
  })

  it('stays in the audit log and in the security events', async () => {
    const { acme, slug, made } = await newServer()
    await connect(store, made)
    await deleteServer(acme, slug, management())
    const entries = await auditLogStore(store.db).list(acme.organizationId, 5)
    expect(entries).toContainEqual(
      expect.objectContaining({ action: 'server.deleted', targetName: `acme/${slug}`, actorName: 'Olive' }),
    )
    const events = await store.db.execute(`select kind from security_events where server_id = '${made.id}'`)
    expect(events).toContainEqual({ kind: 'grant_revoked' })
  })

  it('keeps its slug from all organizations, in the console and in a file', async () => {
    const { acme, slug } = await newServer()
    await deleteServer(acme, slug, management())
    const again = { name: 'Again', resource: 'https://again.example/mcp', connection: 'okta' }
    expect(await mistakes(putServer(acme, slug, () => again, management()))).toContain('was deleted')
    const theirs = { ...again, connection: 'github' }
    expect(await mistakes(putServer(await scope('globex'), slug, () => theirs, management()))).toContain(
      'was deleted',
    )
    const file = `organizations: [{ slug: globex, name: Globex, connections: [{ slug: p, type: platform }], servers: [{ slug: ${slug}, name: X, resource: "https://x.example/mcp", connection: p }] }]`
    await expect(apply(file)).rejects.toThrow(ConfigurationMistakes)
  })

  it('frees the host that it had', async () => {
    const { acme, slug } = await newServer()
    const place = {
      issuerHost: 'free.acme.com',
      name: 'Free',
      resource: 'https://free.example/mcp',
      connection: 'okta',
    }
    await putServer(acme, `${slug}-a`, () => place, management())
    await deleteServer(acme, `${slug}-a`, management())
    await expect(putServer(acme, `${slug}-b`, () => place, management())).resolves.toMatchObject({
      created: true,
    })
  })

  it('needs the permission, in its organization', async () => {
    const { acme, slug } = await newServer()
    for (const role of ['support', 'auditor'] as const)
      await expect(deleteServer(await as(role, 'acme'), slug, management())).rejects.toThrow('configure')
    for (const work of [deleteServer, readServerDeletion])
      await expect(work(await as('owner', 'globex'), slug, management())).rejects.toThrow('no such server')
    expect((await listServers(acme, management())).map((one) => one.slug)).toContain(slug)
  })

  it('lets no login complete that was under way', async () => {
    const { acme, slug, made } = await newServer()
    const login = completedLogin(await newRequest(store, { server: made }))
    await deleteServer(acme, slug, management())
    expect(await store.logins.complete(login, new Date())).toEqual({ outcome: 'request_over' })
  })

  it('leaves no live grant of logins that are completed at the same time', async () => {
    const { acme, slug, made } = await newServer()
    const client = await registered(store, made)
    const logins = await Promise.all(
      Array.from({ length: 12 }, async () =>
        completedLogin(await newRequest(store, { server: made, client })),
      ),
    )
    const [deleted, ...ends] = await Promise.allSettled([
      deleteServer(acme, slug, management()),
      ...logins.map((login) => complete(store, login)),
    ])
    expect(deleted.status).toBe('fulfilled')
    expect(ends.length).toBe(12)
    expect(await store.servers.findByIssuer(made.issuer)).toBeNull()
    const live = `select id from grants where server_id = '${made.id}' and revoked_at is null`
    expect(await store.db.execute(live)).toEqual([])
  })

  it('happens once, however many ask for it at once', async () => {
    const { acme, slug } = await newServer()
    const asked = await Promise.allSettled([1, 2, 3].map(() => deleteServer(acme, slug, management())))
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })
})

describe('deleting a connection', () => {
  it('is refused while servers use it, by their names', async () => {
    const { acme, slug } = await newServer()
    expect(await mistakes(deleteConnection(acme, slug, management()))).toContain(`is used by ${slug}`)
    expect((await listConnections(acme, management())).map((one) => one.slug)).toContain(slug)
  })

  it('takes its secret and its links along, and frees its slug but not its id', async () => {
    const { acme, slug, connection } = await newServer()
    const { url } = await createSetupLink(acme, { label: 'Jane', connection: slug }, management(new Date()))
    await deleteServer(acme, slug, management())
    await deleteConnection(acme, slug, management())
    expect(await store.connections.find(connection.id)).toBeNull()
    expect(await connectionConfigs(store.db, store.sealer).find(connection.id)).toBeNull()
    const rows = await store.db.execute(`select client_secret from connections where id = '${connection.id}'`)
    expect(rows).toEqual([{ client_secret: null }])
    const opened = openSetupLink(url.split('/').at(-1) ?? '', management(new Date()))
    await expect(opened).rejects.toThrow('no such setup link')
    const [link] = await listSetupLinks(acme, management())
    expect(link).toMatchObject({ state: 'connection_deleted' })
    const again = { ...CONNECTION, slug }
    const sameId = createConnection(acme, { ...again, slug: `${slug}-x`, id: connection.id }, management())
    expect(await mistakes(sameId)).toContain('was deleted')
    const made = await newConnection(acme, again)
    expect(made.id).not.toBe(connection.id)
    await expect(deleteConnection(acme, 'none', management())).rejects.toThrow('no such connection')
  })

  it('does not let a server slip behind it meanwhile', async () => {
    const { acme, slug } = await newServer()
    await deleteServer(acme, slug, management())
    const body = { name: 'Late', resource: 'https://late.example/mcp', connection: slug }
    const [put, deleted] = await Promise.allSettled([
      putServer(acme, `${slug}-late`, () => body, management()),
      deleteConnection(acme, slug, management()),
    ])
    expect([put.status, deleted.status].toSorted()).toEqual(['fulfilled', 'rejected'])
  })

  it('needs the permission, in its organization', async () => {
    const { slug } = await newServer()
    const support = deleteConnection(await as('support', 'acme'), slug, management())
    await expect(support).rejects.toThrow('configure')
    const stranger = deleteConnection(await as('owner', 'globex'), slug, management())
    await expect(stranger).rejects.toThrow('no such connection')
  })
})

it('a file that names what is left goes on as before', async () => {
  await apply().catch(() => {})
  const { changes } = await apply()
  expect(changes).toEqual([])
  expect(await server('main')).toBeDefined()
})

describe('deleting a pre-registered client', () => {
  const CLIENT = {
    clientId: 'ci',
    redirectUris: ['https://a.example/cb'],
    tokenEndpointAuthMethod: 'none',
  } as const

  async function newClient() {
    const { acme, slug, made } = await newServer()
    const place = { server: slug, clientId: 'ci' }
    await putClient(acme, place, () => CLIENT, management())
    const client = await store.clients.find(made.id, 'ci')
    if (!client) throw new Error('there is no client')
    return { acme, slug, made, place, client }
  }

  it('ends its grants and logins, and its id may be given again', async () => {
    const { acme, slug, made, place, client } = await newClient()
    const { grant } = await connect(store, made, { client })
    const { request } = await newRequest(store, { server: made, client })
    expect(await deleteClient(acme, slug, 'ci', management())).toBe(1)
    expect(await store.clients.find(made.id, 'ci')).toBeNull()
    expect((await store.grants.find(grant.id))?.revokedAt).toBeDefined()
    const log = requestTimelineStore(store.db)
    expect((await log.find(request.reference))?.timeline.at(-1)).toMatchObject({ reason: 'client_deleted' })
    const [entry] = await auditLogStore(store.db).list(acme.organizationId, 1)
    expect(entry).toMatchObject({
      action: 'client.deleted',
      targetName: `acme/${slug}/ci`,
      detail: { grants: 1 },
    })
    await expect(deleteClient(acme, slug, 'ci', management())).rejects.toThrow('no such client')
    await putClient(acme, place, () => CLIENT, management())
    expect((await store.clients.find(made.id, 'ci'))?.id).not.toBe(client.id)
  })

  it('is in no export, and another organization or a registration is not found', async () => {
    const { acme, slug, made } = await newClient()
    const globex = await scope('globex')
    await expect(deleteClient(globex, slug, 'ci', management())).rejects.toThrow('no such client')
    const self = await registered(store, made)
    await expect(deleteClient(acme, slug, self.clientId, management())).rejects.toThrow('no such client')
    await deleteClient(acme, slug, 'ci', management())
    const yaml = exportConfiguration(await configurationStore(store.db, store.sealer).read())
    expect(yaml).toContain(slug)
    expect(yaml).not.toContain('ci~')
  })

  it('needs the permission to configure', async () => {
    const { slug } = await newClient()
    await expect(deleteClient(await as('support', 'acme'), slug, 'ci', management())).rejects.toThrow()
  })
})
