import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  insertConnection,
  insertServer,
  openStore,
  type PostgresUnderTest,
} from '@/lib/store/test-support/open-store'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const insert = async (columns: Parameters<typeof insertServer>[2]) =>
  insertServer(store.db, await insertConnection(store.db, store.sealer), columns)

describe('servers', () => {
  it('are found by issuer, exactly', async () => {
    const server = await insert({ issuer: 'https://acme.example', resourceSecretHash: 'f'.repeat(64) })
    expect(server).toMatchObject({ resourceSecretHash: 'f'.repeat(64), passedClaims: [], aliases: [] })
    expect(await store.servers.findByIssuer('https://acme.example')).toEqual(server)
    for (const close of ['https://acme.example/', 'https://ACME.example', 'http://acme.example', ''])
      expect(await store.servers.findByIssuer(close)).toBeNull()
  })

  it('are null when unknown', async () => {
    expect(await store.servers.find('unknown')).toBeNull()
  })
})

describe('servers by the origin of their resource', () => {
  it.each([
    ['https://one.example', 'https://one.example/mcp'],
    ['https://two.example', 'https://Two.Example:443/mcp?tenant=a'],
    ['http://127.0.0.1:3002', 'http://127.0.0.1:3002/mcp'],
    ['http://three.example', 'http://three.example:80'],
    ['https://four.example:8443', 'https://four.example:8443/'],
    ['http://five.example:443', 'http://five.example:443/'],
    ['http://[::1]:80', 'http://[::1]:8080'],
  ])('%s', async (origin, resource) => {
    const server = await insert({ resource })
    const expected = new URL(resource).origin === new URL(origin).origin ? [server] : []
    expect(await store.servers.listByResourceOrigin(new URL(origin).origin)).toEqual(expected)
    expect(await store.servers.listByResourceOrigin(new URL(resource).origin)).toEqual([server])
  })

  it('names the oldest first, so that a resource is not taken over by a later claim', async () => {
    const one = await insert({ resource: 'https://claimed.example/mcp', slug: 'zebra' })
    const two = await insert({ resource: 'https://claimed.example/mcp', slug: 'aardvark' })
    expect(await store.servers.listByResourceOrigin('https://claimed.example')).toEqual([one, two])
  })

  it('lists every server on the origin and none on one that only starts alike', async () => {
    const one = await insert({ resource: 'https://shared.example/a', slug: 'shared-a' })
    const two = await insert({ resource: 'https://shared.example/b', slug: 'shared-b' })
    await insert({ resource: 'https://shared.example.evil.example/mcp' })
    expect(await store.servers.listByResourceOrigin('https://shared.example')).toEqual([one, two])
  })
})
