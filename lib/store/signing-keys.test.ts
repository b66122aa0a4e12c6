import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signingKeys } from '@/drizzle/schema/servers'
import { closeDatabase, openDatabase } from './database'
import { type SigningKey, signingKeyStore } from './signing-keys'
import { openStore, type PostgresUnderTest } from './test-support/open-store'
import { later, random, times } from './test-support/store-under-test'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const newKey = (): SigningKey => {
  const kid = random()
  return { kid, publicJwk: { kty: 'EC', kid }, privateJwk: { kty: 'EC', kid, d: `private-${kid}` } }
}

describe('signing keys', () => {
  it('are absent at first', async () => {
    const { id } = await store.newServer()
    const keys = signingKeyStore(store.db, store.sealer)
    expect(await keys.findCurrent(id)).toBeNull()
    expect(await keys.list(id)).toEqual([])
  })

  it('end as one when two processes make one each at the same time', async () => {
    const { id } = await store.newServer()
    const databases = [openDatabase(store.url), openDatabase(store.url)]
    const processes = databases.map((db) => signingKeyStore(db, store.sealer))
    const kept = await Promise.all(times(20, (index) => processes[index % 2]!.insertIfNone(id, newKey())))
    expect(new Set(kept.map(({ kid }) => kid)).size).toBe(1)
    expect(await processes[0]!.list(id)).toHaveLength(1)
    expect(await processes[0]!.findCurrent(id)).toEqual(kept[0])
    await Promise.all(databases.map((db) => closeDatabase(db)))
  })

  it('stay with their server', async () => {
    const [one, two] = [await store.newServer(), await store.newServer()]
    const keys = signingKeyStore(store.db, store.sealer)
    const key = await keys.insertIfNone(one.id, newKey())
    expect(await keys.findCurrent(two.id)).toBeNull()
    expect(await keys.insertIfNone(two.id, newKey())).not.toEqual(key)
  })

  it('are listed after they retired, when another is current', async () => {
    const { id } = await store.newServer()
    const keys = signingKeyStore(store.db, store.sealer)
    const first = await keys.insertIfNone(id, newKey())
    await store.db
      .update(signingKeys)
      .set({ retiredAt: later(0) })
      .where(eq(signingKeys.kid, first.kid))
    const second = await keys.insertIfNone(id, newKey())
    expect(second.kid).not.toBe(first.kid)
    expect(await keys.list(id)).toMatchObject([{ kid: second.kid }, { kid: first.kid, retiredAt: later(0) }])
  })

  it('are sealed, and useless in the row of another server', async () => {
    const [one, two] = [await store.newServer(), await store.newServer()]
    const keys = signingKeyStore(store.db, store.sealer)
    const { kid, privateJwk } = await keys.insertIfNone(one.id, newKey())
    const [row] = await store.db.select().from(signingKeys).where(eq(signingKeys.kid, kid))
    expect(JSON.stringify(row)).not.toContain(privateJwk.d)
    await store.db.update(signingKeys).set({ serverId: two.id }).where(eq(signingKeys.kid, kid))
    await expect(keys.findCurrent(two.id)).rejects.toThrow()
  })
})
