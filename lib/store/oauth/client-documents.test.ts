import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientDocuments } from '@/drizzle/schema/client-documents'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { later, newClient, random, times } from '@/lib/store/test-support/store-under-test'
import { clientDocumentStore, clientLogoStore } from './client-documents'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const document = (name: string, seconds: number) => ({
  body: { name },
  fetchedAt: later(seconds),
  freshUntil: later(seconds + 60),
})

describe('documents of clients', () => {
  it('are found as they were fetched, whatever strings they hold', async () => {
    const documents = clientDocumentStore(store.db)
    const url = `https://client.example/${random()}`
    const fetched = { ...document('a', 0), body: { text: '\0 \ud800 "\\u0000"', list: [1.5, null, true] } }
    expect(await documents.find(url)).toBeNull()
    await documents.save(url, fetched)
    expect(await documents.find(url)).toEqual(fetched)
    expect(await documents.find(`${url}/`)).toBeNull()
  })

  it('are replaced by later ones only', async () => {
    const documents = clientDocumentStore(store.db)
    const url = `https://client.example/${random()}`
    await documents.save(url, document('first', 10))
    await documents.save(url, document('late answer to an earlier request', 5))
    expect(await documents.find(url)).toEqual(document('first', 10))
    await documents.save(url, document('second', 20))
    expect(await documents.find(url)).toEqual(document('second', 20))
  })
})

it('forgets documents that cannot stand in any more', async () => {
  const documents = clientDocumentStore(store.db)
  const week = 7 * 24 * 3600
  for (const i of times(8, (index) => index))
    await documents.save(`https://client.example/old/${i}`, document('old', i))
  const kept = `https://client.example/${random()}`
  await documents.save(kept, document('kept', week - 10))
  for (const i of times(4, (index) => index))
    await documents.save(`https://client.example/new/${i}`, document('new', week + 60))
  const urls = (await store.db.select().from(clientDocuments)).map(({ url }) => url)
  expect(urls).toContain(kept)
  expect(urls.filter((url) => url.includes('/old/'))).toEqual([])
})

describe('clients that are described by a document', () => {
  const described = (serverId: string, changes: object = {}) => ({
    ...newClient(serverId, { clientId: `https://client.example/${random()}`, name: 'Example', ...changes }),
    kind: 'metadata_document' as const,
  })

  it('keep their row when their document changes', async () => {
    const server = await store.newServer()
    const keys = { jwks: { keys: [{ kty: 'EC', kid: '1' }] }, scope: ['files:read'] }
    const first = described(server.id, { ...keys, tokenEndpointAuthMethod: 'private_key_jwt' })
    const stored = await store.clients.remember(first)
    expect(stored).toMatchObject({ ...keys, name: 'Example', kind: 'metadata_document' })
    const next = described(server.id, { clientId: first.clientId, name: 'Renamed' })
    const updated = await store.clients.remember(next)
    expect(updated).toMatchObject({ id: stored.id, name: 'Renamed', tokenEndpointAuthMethod: 'none' })
    for (const field of ['jwks', 'scope', 'secretHash']) expect(updated).not.toHaveProperty(field)
    expect(await store.clients.find(server.id, first.clientId)).toEqual(updated)
  })

  it('are one row, however many logins begin at once', async () => {
    const server = await store.newServer()
    const client = described(server.id)
    const rows = await Promise.all(times(10, () => store.clients.remember(client)))
    expect(new Set(rows.map(({ id }) => id)).size).toBe(1)
  })

  it('never take over the id of a client known in another way', async () => {
    const server = await store.newServer()
    const registered = await store.clients.register(newClient(server.id, { secretHash: 'a'.repeat(64) }))
    await expect(
      store.clients.remember(described(server.id, { clientId: registered.clientId })),
    ).rejects.toThrow('known in another way')
    expect(await store.clients.find(server.id, registered.clientId)).toEqual(registered)
  })
})

describe('logos of clients', () => {
  it('are those that the document names now, and go with it', async () => {
    const [documents, logos] = [clientDocumentStore(store.db), clientLogoStore(store.db)]
    const url = `https://client.example/${random()}`
    const image = new Uint8Array([1, 2, 3])
    const named = (source: string, seconds: number) =>
      documents.save(url, { ...document('a', seconds), body: { logo_uri: source } })
    expect(await logos.find(url)).toBeNull()
    await logos.save(url, { source: 'https://a.example/1', image, fetchedAt: later(0) })
    await named('https://a.example/1', 0)
    expect(await logos.find(url)).toEqual({ source: 'https://a.example/1', image: null })
    await logos.save(url, { source: 'https://a.example/1', image, fetchedAt: later(1) })
    const found = await logos.find(url)
    expect({ ...found, image: [...(found?.image ?? [])] }).toEqual({
      source: 'https://a.example/1',
      image: [1, 2, 3],
      fetchedAt: later(1),
    })
    await named('https://a.example/2', 2)
    expect(await logos.find(url)).toEqual({ source: 'https://a.example/2', image: null })
    await store.db.delete(clientDocuments).where(eq(clientDocuments.url, url))
    expect(await logos.find(url)).toBeNull()
  })
})
