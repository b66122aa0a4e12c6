import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { closeDatabase, type Database, openDatabase } from '@/lib/store/database/database'
import { startMigratedPostgres, type TestDatabase } from '@/test/postgres'
import { inTurn, TRUSTED } from './configuration-queue'

let database: TestDatabase
let db: Database
let other: Database
beforeAll(async () => {
  database = await startMigratedPostgres()
  db = openDatabase(database.url)
  other = openDatabase(database.url)
})
afterAll(async () => {
  await Promise.all([db, other].map((each) => closeDatabase(each)))
  await database.close()
})

/** A change of another instance, which is under way until it is ended. */
async function changeElsewhere() {
  let end = () => {}
  let begin = () => {}
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  const done = inTurn(other, TRUSTED, async () => {
    begin()
    await new Promise<void>((resolve) => {
      end = resolve
    })
  })
  await begun
  return {
    async end() {
      end()
      await done
    },
  }
}

const waitingConnections = async () => {
  const [row] = await db.execute<{
    waiting: number
  }>(sql`select count(*)::int as waiting from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`)
  return row?.waiting
}

it('has the changes of one process wait with one connection, and each come after the one before', async () => {
  const elsewhere = await changeElsewhere()
  const order: number[] = []
  const changes = Array.from({ length: 40 }, (_, i) => inTurn(db, TRUSTED, async () => order.push(i)))
  try {
    await vi.waitFor(async () => expect(await waitingConnections()).toBe(1))
  } finally {
    await elsewhere.end()
  }
  await Promise.all(changes)
  expect(order).toEqual(Array.from({ length: 40 }, (_, i) => i))
})

it('refuses at once what would make too many wait, and carries out the others', async () => {
  const elsewhere = await changeElsewhere()
  let carriedOut = 0
  const changes = Array.from({ length: 150 }, () => inTurn(db, TRUSTED, async () => carriedOut++))
  const outcomes = Promise.allSettled(changes)
  await expect(changes.at(-1)).rejects.toBeInstanceOf(StoreUnavailable)
  await elsewhere.end()
  const refused = (await outcomes).filter(({ status }) => status === 'rejected').length
  expect(refused).toBeGreaterThan(0)
  expect(carriedOut).toBe(150 - refused)
})

it('leaves places to others, whichever way one organization sends its changes', async () => {
  const elsewhere = await changeElsewhere()
  const of = (organizationId: string) => inTurn(db, { organizationId, maker: undefined }, async () => 'done')
  const flood = Promise.allSettled(Array.from({ length: 150 }, () => of('globex')))
  const others = Promise.allSettled([of('acme'), inTurn(db, TRUSTED, async () => 'done')])
  await elsewhere.end()
  expect((await others).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
  const refused = (await flood).filter(({ status }) => status === 'rejected')
  expect(refused.length).toBeGreaterThan(100)
  expect(refused[0]).toMatchObject({ reason: expect.any(StoreUnavailable) })
  expect(await of('globex'), 'there is room again').toBe('done')
})

it('goes on after a change that failed', async () => {
  const failing = inTurn(db, TRUSTED, () => Promise.reject(new Error('refused')))
  const next = inTurn(db, TRUSTED, async () => 'done')
  await expect(failing).rejects.toThrow('refused')
  expect(await next).toBe('done')
})
