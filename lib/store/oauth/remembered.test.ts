import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clients } from '@/drizzle/schema/clients'
import { servers } from '@/drizzle/schema/servers'
import { newSigningKey } from '@/lib/crypto/signing-key'
import type { Server } from '@/lib/oauth/model'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { later, newGrant, random } from '@/lib/store/test-support/store-under-test'
import { accessTokenStore } from './access-tokens'
import { rememberedRows } from './remembered'
import { signingKeyStore } from './signing-keys'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

/** One instance's memory, and what it has read so far. */
function instance() {
  const keys = signingKeyStore(store.db, store.sealer)
  let reads = 0
  const counted = {
    list: (serverId: string) => {
      reads++
      return keys.list(serverId)
    },
  }
  return { ...rememberedRows(store.db, counted), keyReads: () => reads }
}

let server: Server
let clientId: string
let grantId: string
beforeEach(async () => {
  const { grant, client } = await newGrant(store)
  ;[grantId, clientId] = [grant.id, client.clientId]
  const found = await store.servers.find(grant.serverId)
  if (!found) throw new Error('no server')
  server = found
})

const change = (columns: Partial<typeof servers.$inferInsert>) =>
  store.db.update(servers).set(columns).where(eq(servers.id, server.id))

it('are read once, and are what the database has', async () => {
  const memory = instance()
  const first = await memory.servers.findByIssuer(server.issuer)
  expect(first).toEqual({ ...server, version: 1 })
  expect(await memory.servers.findByIssuer(server.issuer)).toBe(first)
  const client = await memory.clients.find(server.id, clientId)
  expect(client).toEqual({ ...(await store.clients.find(server.id, clientId)), version: 1 })
  expect(await memory.clients.find(server.id, clientId)).toBe(client)
  await memory.keys.list(server.id)
  await memory.keys.list(server.id)
  expect(memory.keyReads()).toBe(1)
})

it('are not remembered where there was nothing', async () => {
  const memory = instance()
  const issuer = `https://${random()}.example`
  expect(await memory.servers.findByIssuer(issuer)).toBeNull()
  await change({ issuer })
  expect(await memory.servers.findByIssuer(issuer)).toMatchObject({ id: server.id })
})

it('are read anew once they are forgotten', async () => {
  const memory = instance()
  const old = await memory.servers.findByIssuer(server.issuer)
  await memory.clients.find(server.id, clientId)
  await change({ name: 'Another' })
  await store.db.update(clients).set({ name: 'Another' }).where(eq(clients.serverId, server.id))
  memory.forget(old ?? server, clientId)
  expect(await memory.servers.findByIssuer(server.issuer)).toMatchObject({ name: 'Another', version: 2 })
  expect(await memory.clients.find(server.id, clientId)).toMatchObject({ name: 'Another', version: 2 })
})

describe('a change that another instance makes', () => {
  const find = async (remembered: Server | null) => {
    const accessTokens = accessTokenStore(store.db)
    const token = { id: random(), grantId }
    return accessTokens.isLiveSigned(token, remembered ?? server)
  }

  it.each<[string, () => Promise<unknown>]>([
    ['of the server', () => change({ resourceSecretHash: 'f'.repeat(64) })],
    ['that deletes it', () => change({ deletedAt: later(1), issuer: `deleted:${random()}` })],
    [
      'that upserts it',
      async () => {
        const [row] = await store.db.select().from(servers).where(eq(servers.id, server.id))
        const { resourceOrigin: _generated, ...values } = row ?? { ...server, resourceOrigin: '' }
        await store.db
          .insert(servers)
          .values(values)
          .onConflictDoUpdate({ target: servers.id, set: { name: 'Another' } })
      },
    ],
    [
      'of its keys',
      async () => {
        const key = await newSigningKey()
        await signingKeyStore(store.db, store.sealer).change(server.id, () => ({
          insert: { ...key, activatesAt: later(1) },
        }))
      },
    ],
  ])('%s counts at the next statement', async (_, make) => {
    const memory = instance()
    const remembered = await memory.servers.findByIssuer(server.issuer)
    expect(await find(remembered)).toBe(true)
    await make()
    expect(await find(remembered)).toBe(false)
    expect(await find(null)).toBe(true)
  })

  it('of its keys is not missed by a key set that was being read', async () => {
    const memory = instance()
    const before = await memory.servers.findByIssuer(server.issuer)
    const reading = memory.keys.list(server.id)
    const key = await newSigningKey()
    await signingKeyStore(store.db, store.sealer).change(server.id, () => ({
      insert: { ...key, activatesAt: later(1) },
    }))
    memory.forget(before ?? server, clientId)
    await memory.servers.findByIssuer(server.issuer)
    await reading
    expect(await memory.keys.list(server.id)).toMatchObject([{ kid: key.kid }])
  })
})

it('keeps no more clients than it may', async () => {
  const memory = rememberedRows(store.db, { list: async () => [] }, { servers: 1, clients: 2 })
  await store.db.execute(sql`
    insert into clients (id, server_id, client_id, kind, redirect_uris, token_endpoint_auth_method, grant_types, metadata)
    select ${server.id} || i, ${server.id}, i, 'preregistered', '[]', 'none', '[]', '{}' from generate_series(1, 3) as i`)
  const find = (id: string) => memory.clients.find(server.id, id)
  const [one, two] = [await find('1'), await find('2')]
  expect(await find('1')).toBe(one)
  await find('3')
  expect(await find('2')).toBe(two)
  expect(await find('1')).not.toBe(one)
})

it('keeps no client that an attacker registered as large as may be: twenty thousand would fill the memory', async () => {
  const memory = instance()
  const redirectUris = Array.from({ length: 20 }, (_, at) => `https://app.example/${at}/${'x'.repeat(2_000)}`)
  await store.db.update(clients).set({ redirectUris }).where(eq(clients.serverId, server.id))
  const first = await memory.clients.find(server.id, clientId)
  expect(first).toMatchObject({ redirectUris })
  expect(await memory.clients.find(server.id, clientId)).not.toBe(first)
})
