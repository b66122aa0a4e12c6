import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sealingKeys } from '@/drizzle/schema/sealing-keys'
import { keyring, MissingKey } from '@/lib/crypto/keyring'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { enterKeyring } from './sealing-keys'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())
beforeEach(() => store.db.delete(sealingKeys).then(() => {}))

const enter = (...ids: string[]) =>
  enterKeyring(store.db, keyring(ids.map((id, index) => ({ id, key: Buffer.alloc(32, index) }))))
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

  it('lets instances start at once', async () => {
    await Promise.all(Array.from({ length: 8 }, () => enter('k1')))
    expect(await recorded()).toEqual(['k1'])
  })
})
