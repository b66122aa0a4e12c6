import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectionTests } from '@/drizzle/schema/connection-tests'
import { connectionTestContext } from '@/lib/store/database/sealed-contexts'
import { retention } from '@/lib/store/retention/runner'
import { insertConnection, openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { later, random, randomHash } from '@/lib/store/test-support/store-under-test'
import { type ConnectionTestRow, connectionTestStore } from './connection-tests'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const tests = () => connectionTestStore(store.db, store.sealer)

async function begun(changes: Partial<ConnectionTestRow> = {}) {
  const connection = await insertConnection(store.db, store.sealer)
  const test: ConnectionTestRow = {
    id: random(),
    organizationId: connection.organizationId,
    connectionId: connection.id,
    operatorId: 'olive',
    operatorName: 'Olive',
    createdAt: later(0),
    expiresAt: later(600),
    outcome: 'running',
    steps: [],
    ...changes,
  }
  const attempt = { stateHash: randomHash(), nonce: random(), codeVerifier: random() }
  await tests().begin(test, attempt)
  return { test, attempt }
}

const rowOf = async ({ id }: ConnectionTestRow) => {
  const [row] = await store.db.select().from(connectionTests).where(eq(connectionTests.id, id))
  return row
}

describe('tests of connections', () => {
  it('hold the verifier sealed, to their own row', async () => {
    const { test, attempt } = await begun()
    const { codeVerifier = '' } = (await rowOf(test)) ?? {}
    expect(codeVerifier).not.toContain(attempt.codeVerifier)
    expect(store.sealer.open(codeVerifier ?? '', connectionTestContext(test.id))).toBe(attempt.codeVerifier)
    expect(() => store.sealer.open(codeVerifier ?? '', connectionTestContext('another'))).toThrow()
  })

  it('give their attempt to one of many callers', async () => {
    const { test, attempt } = await begun()
    const wanted = { stateHash: attempt.stateHash, connectionId: test.connectionId, operatorId: 'olive' }
    const taken = await Promise.all([1, 2, 3, 4].map(() => tests().take(wanted, later(10))))
    expect(taken.filter((result) => result !== null)).toEqual([{ test, attempt }])
    expect(await rowOf(test)).toMatchObject({ stateHash: null, nonce: null, codeVerifier: null })
  })

  it('take what a provider says as it can be stored', async () => {
    const { test } = await begun()
    const step = { name: 'identity', outcome: 'done', facts: { name: 'A\0B' } } as const
    await tests().finish(test.id, { outcome: 'passed', steps: [step], claims: [['na\0me', 'A\0\ud800B']] })
    const found = await tests().find(test.organizationId, test.connectionId, test.id)
    expect(found).toMatchObject({ outcome: 'passed', steps: [{ facts: { name: 'AB' } }] })
    expect(found?.claims?.[0]?.[0]).toBe('name')
  })

  it("cannot be of another organization's connection", async () => {
    const { id, organizationId } = await insertConnection(store.db, store.sealer)
    await expect(begun({ connectionId: id })).rejects.toMatchObject({
      constraint: 'connection_tests_connection_of_same_organization',
    })
    expect(await tests().list(organizationId, id, 5)).toEqual([])
  })

  it('go after a week, with the claims of who made them', async () => {
    const { test } = await begun()
    const clean = retention(store.db, 1_000)
    const week = 7 * 24 * 3600
    await clean(later(week - 1))
    expect(await rowOf(test)).toBeDefined()
    await clean(later(week))
    expect(await rowOf(test)).toBeUndefined()
  })
})
