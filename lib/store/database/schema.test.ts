import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { browserSessions } from '@/drizzle/schema/browser-sessions'
import { clients } from '@/drizzle/schema/clients'
import { grants } from '@/drizzle/schema/grants'
import { users } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import {
  insertConnection,
  insertServer,
  openStore,
  type PostgresUnderTest,
} from '@/lib/store/test-support/open-store'
import { later, newClient, newGrant, newRequest, random } from '@/lib/store/test-support/store-under-test'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

/** The constraint that a statement breaks. */
const broken = (statement: PromiseLike<unknown>) =>
  Promise.resolve(statement).then(
    () => 'none',
    (error) => error.cause.constraint_name,
  )

describe('nothing crosses organizations', () => {
  it("refuses a server behind another organization's connection [H-44]", async () => {
    const [mine, theirs] = [
      await insertConnection(store.db, store.sealer),
      await insertConnection(store.db, store.sealer),
    ]
    const crossed = { id: theirs.id, organizationId: mine.organizationId }
    expect(await broken(insertServer(store.db, crossed))).toBe('servers_connection_of_same_organization')
  })

  it("refuses to move a server to another organization's connection [H-44]", async () => {
    const server = await store.newServer()
    const theirs = await insertConnection(store.db, store.sealer)
    const move = store.db.update(servers).set({ connectionId: theirs.id })
    expect(await broken(move)).toBe('servers_connection_of_same_organization')
    expect(await store.servers.find(server.id)).toEqual(server)
  })

  it("refuses a grant to another organization's user, or with another server's client [H-34]", async () => {
    const { grant, server } = await newGrant(store)
    const other = await newGrant(store)
    const row = {
      id: random(),
      organizationId: server.organizationId,
      serverId: server.id,
      userId: grant.userId ?? null,
      clientRowId: grant.clientRowId,
      clientId: grant.clientId,
      redirectUri: grant.redirectUri ?? null,
      scope: [],
      claims: {},
    }
    const insert = (changes: Partial<typeof row>) =>
      broken(store.db.insert(grants).values({ ...row, ...changes }))
    expect(await insert({ userId: other.grant.userId ?? null })).toBe('grants_user_of_same_organization')
    expect(await insert({ clientRowId: other.grant.clientRowId })).toBe('grants_client_of_same_server')
    expect(await insert({ organizationId: other.server.organizationId })).toBe(
      'grants_server_of_same_organization',
    )
  })

  it("refuses a browser session of another organization's user or connection", async () => {
    const [mine, theirs] = [await newGrant(store), await newGrant(store)]
    const insert = (userId: string, connectionId: string) =>
      broken(
        store.db.insert(browserSessions).values({
          hash: random(),
          organizationId: mine.server.organizationId,
          connectionId,
          userId,
          createdAt: later(0),
          expiresAt: later(600),
        }),
      )
    expect(await insert(theirs.grant.userId, mine.server.connectionId)).toBe(
      'browser_sessions_user_of_same_organization',
    )
    expect(await insert(mine.grant.userId, theirs.server.connectionId)).toBe(
      'browser_sessions_connection_of_same_organization',
    )
  })

  it("refuses an authorization request with another server's client", async () => {
    const server = await store.newServer()
    const { client } = await newGrant(store)
    const insert = store.db.insert(authorizationRequests).values({
      id: random(),
      reference: random(),
      serverId: server.id,
      clientRowId: client.id,
      clientId: client.clientId,
      redirectUri: 'http://127.0.0.1/callback',
      createdAt: later(0),
      expiresAt: later(600),
    })
    expect(await broken(insert)).toBe('authorization_requests_client_of_same_server')
  })
})

describe('what is unique in the installation', () => {
  it.each([
    ['slug', { slug: 'taken' }, 'servers_slug_unique'],
    ['host', { host: 'mcp.acme.example' }, 'servers_host_unique'],
    ['issuer', { issuer: 'https://auth.example/taken' }, 'servers_issuer_unique'],
    ['default server', { isDefault: true }, 'servers_one_default'],
  ])('has one %s', async (_, columns, constraint) => {
    const [one, two] = [
      await insertConnection(store.db, store.sealer),
      await insertConnection(store.db, store.sealer),
    ]
    await insertServer(store.db, one, columns)
    expect(await broken(insertServer(store.db, two, columns))).toBe(constraint)
  })

  it('has one user per organization, identity source and subject [H-42]', async () => {
    const { organizationId } = await insertConnection(store.db, store.sealer)
    const insert = () =>
      store.db
        .insert(users)
        .values({ id: random(), organizationId, identitySource: 'a', subject: 'b', lastLoginAt: later(0) })
    await insert()
    expect(await broken(insert())).toBe('users_identity')
  })
})

it('refuses an unfinished authorization request without a client', async () => {
  const { id: serverId } = await store.newServer()
  const row = { id: random(), reference: random(), serverId, createdAt: later(0), expiresAt: later(600) }
  expect(await broken(store.db.insert(authorizationRequests).values(row))).toBe(
    'authorization_requests_complete',
  )
})

it('refuses a grant without a user, unless it is one of a client that acts for itself', async () => {
  const { grant } = await newGrant(store)
  const row = store.db.update(grants).set({ userId: null }).where(eq(grants.id, grant.id))
  expect(await broken(row)).toBe('grants_user')
  const service = store.db.update(grants).set({ kind: 'service' }).where(eq(grants.id, grant.id))
  expect(await broken(service)).toBe('grants_user')
})

it('does not delete a client that has grants [H-33]', async () => {
  const { client } = await newGrant(store)
  expect(await broken(store.db.delete(clients))).toMatch(/_client_of_same_server$/)
  expect(await store.clients.findByRowId(client.id)).toEqual(client)
})

it('deletes a client without grants together with its authorization requests', async () => {
  const server = await store.newServer()
  const client = await store.clients.register(newClient(server.id))
  const { request } = await newRequest(store, { server, client })
  await store.db.delete(clients).where(eq(clients.id, client.id))
  expect(await store.requests.findReference(request.id)).toBeNull()
})
