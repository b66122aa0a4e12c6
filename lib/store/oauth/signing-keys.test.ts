import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signingKeys } from '@/drizzle/schema/servers'
import type { KeyChange, SigningKey, SigningKeys } from '@/lib/crypto/signing-key'
import { closeDatabase, openDatabase } from '@/lib/store/database/database'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { later, random, times } from '@/lib/store/test-support/store-under-test'
import { signingKeyStore } from './signing-keys'

let store: PostgresUnderTest
let keys: SigningKeys
beforeAll(async () => {
  store = await openStore()
  keys = signingKeyStore(store.db, store.sealer)
})
afterAll(() => store?.close())

const newKey = (seconds = 0) => {
  const kid = random()
  const key: SigningKey = {
    kid,
    publicJwk: { kty: 'EC', kid },
    privateJwk: { kty: 'EC', kid, d: `private-${kid}` },
  }
  return { key, insert: { ...key, activatesAt: later(seconds) } }
}

describe('signing keys', () => {
  it('are absent at first', async () => {
    const { id } = await store.newServer()
    expect(await keys.list(id)).toEqual([])
    expect(await keys.find(id, random())).toBeNull()
  })

  it('end as one when two processes make one each at the same time', async () => {
    const { id } = await store.newServer()
    const databases = [openDatabase(store.url), openDatabase(store.url)]
    const processes = databases.map((db) => signingKeyStore(db, store.sealer))
    const kept = await Promise.all(
      times(20, (index) => processes[index % 2]!.change(id, (stored) => (stored.length > 0 ? {} : newKey()))),
    )
    expect(new Set(kept.flat().map(({ kid }) => kid)).size).toBe(1)
    expect(await keys.list(id)).toEqual(kept[0])
    await Promise.all(databases.map((db) => closeDatabase(db)))
  })

  it('are listed in the order in which they sign, without their private half', async () => {
    const { id } = await store.newServer()
    const [late, early] = [newKey(600), newKey(0)]
    for (const { insert } of [late, early]) await keys.change(id, () => ({ insert }))
    const listed = await keys.list(id)
    expect(listed).toEqual(
      [early, late].map(({ key: { kid, publicJwk }, insert: { activatesAt } }) => ({
        kid,
        publicJwk,
        activatesAt,
        createdAt: expect.any(Date),
      })),
    )
    expect(await keys.find(id, late.key.kid)).toEqual(late.key)
  })

  it('are withdrawn and removed together with what comes in their place, or not at all', async () => {
    const { id } = await store.newServer()
    const [one, two, three] = [newKey(0), newKey(1), newKey(2)]
    for (const { insert } of [one, two]) await keys.change(id, () => ({ insert }))
    const before = await keys.list(id)
    const change: KeyChange = {
      insert: three.insert,
      withdraw: { kids: [one.key.kid], at: later(60) },
      remove: [two.key.kid],
    }
    await expect(
      keys.change(id, () => ({ ...change, insert: { ...three.insert, kid: one.key.kid } })),
    ).rejects.toThrow()
    expect(await keys.list(id)).toEqual(before)
    expect(await keys.change(id, () => change)).toMatchObject([
      { kid: one.key.kid, withdrawnAt: later(60) },
      { kid: three.key.kid },
    ])
  })

  it('stay with their server', async () => {
    const [mine, theirs] = [await store.newServer(), await store.newServer()]
    const { key, insert } = newKey()
    const before = await keys.change(mine.id, () => ({ insert }))
    expect(await keys.find(theirs.id, key.kid)).toBeNull()
    await keys.change(theirs.id, () => ({
      remove: [key.kid],
      withdraw: { kids: [key.kid], at: later(0) },
    }))
    expect(await keys.list(mine.id)).toEqual(before)
  })

  it('are sealed, and useless in the row of another server', async () => {
    const [one, two] = [await store.newServer(), await store.newServer()]
    const { key, insert } = newKey()
    await keys.change(one.id, () => ({ insert }))
    const [row] = await store.db.select().from(signingKeys).where(eq(signingKeys.kid, key.kid))
    expect(JSON.stringify(row)).not.toContain(key.privateJwk.d)
    await store.db.update(signingKeys).set({ serverId: two.id }).where(eq(signingKeys.kid, key.kid))
    await expect(keys.find(two.id, key.kid)).rejects.toThrow()
  })
})
