import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type OwnPostgres, startOwnPostgres } from '@/test/own-postgres'
import { closeDatabase, type Database, openDatabase } from './database'

const SLOTS = 10
const RESTARTS = 20

let server: OwnPostgres
let db: Database
const uncaught: unknown[] = []
const note = (error: unknown) => void uncaught.push(error)

beforeAll(async () => {
  // What the driver throws out of a timer reaches nobody, and would end the process.
  process.on('uncaughtException', note)
  server = await startOwnPostgres()
  db = openDatabase(server.url)
})
afterAll(async () => {
  await closeDatabase(db)
  await server.close()
  process.off('uncaughtException', note)
})
afterEach(() => expect(uncaught.splice(0)).toEqual([]))

const statement = () => db.execute(sql`select 1`)
const transaction = () =>
  db.transaction(async (tx) => {
    await tx.execute(sql`select 1`)
    // A transaction may also be busy with something else when its connection is lost.
    await wait(5)
    await tx.execute(sql`select 1`)
  })

/** Keeps every slot busy until told to stop. */
function load(): () => Promise<void> {
  let stopped = false
  const worker = async (work: () => Promise<unknown>) => {
    while (!stopped) await work().catch(() => wait(2))
  }
  const workers = Array.from({ length: 3 * SLOTS }, (_, index) =>
    worker(index % 2 === 0 ? statement : transaction),
  )
  return async () => {
    stopped = true
    await Promise.all(workers)
  }
}

describe('a pool whose server restarts', () => {
  it(`is whole after ${RESTARTS} restarts under load`, { timeout: 120_000 }, async () => {
    const stop = load()
    for (let restarts = 0; restarts < RESTARTS; restarts++) {
      await server.restart()
      await wait(50)
    }
    await stop()
    const failed: unknown[] = []
    for (let burst = 0; burst < 5; burst++)
      await Promise.all(
        Array.from({ length: 2 * SLOTS }, (_, index) =>
          (index % 2 === 0 ? statement() : transaction()).catch((error: unknown) => failed.push(error)),
        ),
      )
    expect(failed).toEqual([])
    // What Drizzle set up on the first pool holds for those that replaced it: it reads times itself.
    expect(await db.execute(sql`select now() as now`)).toEqual([{ now: expect.any(String) }])
  })

  it('rejects a transaction that goes on after its connection was lost, and sends nothing for it', async () => {
    const begun = vi.fn()
    const lost = db.transaction(async (tx) => {
      const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)
      await db.execute(sql`select pg_terminate_backend(${row?.pid}::int)`)
      await wait(100)
      begun()
      await tx.execute(sql`select 1`)
    })
    await expect(lost).rejects.toMatchObject({ code: expect.any(String) })
    await expect.poll(() => begun.mock.calls.length).toBe(1)
    await wait(50)
  })
})
