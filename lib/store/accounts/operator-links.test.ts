import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { operatorPasskeys, operatorSessions, operators } from '@/drizzle/schema/operators'
import { newId } from '@/lib/store/database/ids'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { operatorLinkStore } from './operator-links'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const entry = {
  chain: 'installation',
  at: new Date(),
  actorKind: 'operator',
  actorName: 'test',
  action: 'operator.account_connected',
  targetKind: 'operator',
  targetName: 'test',
  detail: {},
}

async function operator() {
  const id = newId()
  await store.db.insert(operators).values({ id, name: 'Test', email: `${id.toLowerCase()}@example.com` })
  const expiresAt = new Date(Date.now() + 3_600_000)
  await store.db.insert(operatorSessions).values({ id, token: id, userId: id, expiresAt })
  return id
}

/** Signed in, in a session that is called as they are. */
const by = (id: string) => ({ id, sessionId: id })

it('an account elsewhere lets one operator in, however many connect it at once', async () => {
  const links = operatorLinkStore(store.db)
  const all = await Promise.all(Array.from({ length: 8 }, operator))
  const account = { providerId: 'https://idp.example', accountId: newId() }
  const linked = await Promise.all(all.map((id) => links.link(by(id), account, entry)))
  expect(linked.toSorted()).toEqual(['linked', ...Array(7).fill('taken')])
  expect((await links.find(account))?.id).toBe(all[linked.indexOf('linked')])
  expect(await links.find({ ...account, providerId: 'https://other.example' })).toBeNull()
})

it('who takes away all ways in at once keeps one', async () => {
  const links = operatorLinkStore(store.db)
  const id = await operator()
  const sources = ['a', 'b', 'c', 'd'].map((name) => `https://${name}.example`)
  for (const providerId of sources) await links.link(by(id), { providerId, accountId: newId() }, entry)
  const outcomes = await Promise.all(sources.map((source) => links.unlink(id, source, sources, entry)))
  expect(outcomes.toSorted()).toEqual(['done', 'done', 'done', 'last'])
})

it('who removes both passkeys at once keeps one', async () => {
  const links = operatorLinkStore(store.db)
  for (let round = 0; round < 5; round++) {
    const userId = await operator()
    const ids = [newId(), newId()]
    await store.db.insert(operatorPasskeys).values(
      ids.map((id) => ({
        id,
        userId,
        credentialID: id,
        publicKey: 'key',
        counter: 0,
        deviceType: 'singleDevice',
        backedUp: false,
      })),
    )
    const outcomes = await Promise.all(ids.map((id) => links.removePasskey(userId, id, [], entry)))
    expect(outcomes.toSorted()).toEqual(['done', 'last'])
    expect(await store.db.$count(operatorPasskeys, eq(operatorPasskeys.userId, userId))).toBe(1)
  }
})

it('who removes the passkey and disconnects the account elsewhere at once keeps one', async () => {
  const links = operatorLinkStore(store.db)
  const [userId, id, source] = [await operator(), newId(), 'https://idp.example']
  await links.link(by(userId), { providerId: source, accountId: id }, entry)
  const passkey = { publicKey: 'key', counter: 0, deviceType: 'singleDevice', backedUp: false }
  await store.db.insert(operatorPasskeys).values({ id, userId, credentialID: id, ...passkey })
  const outcomes = await Promise.all([
    links.removePasskey(userId, id, [source], entry),
    links.unlink(userId, source, [source], entry),
  ])
  expect(outcomes.toSorted()).toEqual(['done', 'last'])
})

it('a provider that is configured no more counts for nothing', async () => {
  const links = operatorLinkStore(store.db)
  const id = await operator()
  for (const providerId of ['https://here.example', 'https://gone.example'])
    await links.link(by(id), { providerId, accountId: newId() }, entry)
  expect(await links.unlink(id, 'https://here.example', ['https://here.example'], entry)).toBe('last')
  expect(await links.setFirstPassword(id, 'hash', entry)).toBe(true)
  expect(await links.setFirstPassword(id, 'another', entry)).toBe(false)
  expect(
    await links.unlink(id, 'credential', ['https://here.example'], entry),
    'no password is taken away',
  ).toBe('absent')
  expect(await links.unlink(id, 'https://here.example', ['https://here.example'], entry)).toBe('done')
})
