import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sealingKeys } from '@/drizzle/schema/sealing-keys'
import { keyring, MissingKey, WrongKey } from '@/lib/crypto/keyring'
import { sealer } from '@/lib/crypto/seal'
import { insertConnection, openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { enterKeyring } from './sealing-keys'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())
beforeEach(() => store.db.delete(sealingKeys).then(() => {}))

const ring = (ids: readonly string[], fill = (id: string) => id) =>
  keyring(ids.map((id) => ({ id, key: Buffer.alloc(32, fill(id)) })))
const enter = (...ids: string[]) => enterKeyring(store.db, ring(ids))
const recorded = async () => (await store.db.select().from(sealingKeys)).map(({ keyId }) => keyId).sort()

describe('enterKeyring', () => {
  it('records the key that seals, and no other', async () => {
    await enter('k1', 'k0')
    expect(await recorded()).toEqual(['k1'])
  })

  it('lets keys change as long as the old ones stay', async () => {
    await enter('k1')
    await enter('k2', 'k1')
    await enter('k1', 'k2')
    expect(await recorded()).toEqual(['k1', 'k2'])
  })

  it('keeps the time of the first use', async () => {
    await enter('k1')
    const before = await store.db.select().from(sealingKeys)
    await enter('k1')
    expect(await store.db.select().from(sealingKeys)).toEqual(before)
  })

  it('names every key that is missing', async () => {
    await enter('k1')
    await enter('k2', 'k1')
    await expect(enter('k3')).rejects.toThrow(new MissingKey(['k1', 'k2']))
  })

  it('records nothing of a keyring that it refuses', async () => {
    await enter('k1')
    await expect(enter('k2')).rejects.toBeInstanceOf(MissingKey)
    expect(await recorded()).toEqual(['k1'])
    await expect(enter('k1')).resolves.toBeUndefined()
  })

  it('refuses another key under a known id, and names it', async () => {
    await enter('k1')
    await enter('k2', 'k1')
    const mistaken = ring(['k2', 'k1'], (id) => (id === 'k1' ? 'other' : id))
    await expect(enterKeyring(store.db, mistaken)).rejects.toThrow(new WrongKey(['k1']))
    await expect(enter('k2', 'k1')).resolves.toBeUndefined()
  })

  it('finds out by what was sealed where a release before kept no check values, and keeps one then', async () => {
    await store.db.insert(sealingKeys).values({ keyId: 'k_1' })
    const right = ring(['k_1'])
    await insertConnection(store.db, sealer(right))
    const mistaken = ring(['k_1'], () => 'other')
    await expect(enterKeyring(store.db, mistaken)).rejects.toThrow(WrongKey)
    await enterKeyring(store.db, right)
    expect((await store.db.select().from(sealingKeys))[0]?.checkValue).toEqual(expect.any(String))
  })

  it('lets instances start at once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => enter('k1')))
    expect(await recorded()).toEqual(['k1'])
  })
})
