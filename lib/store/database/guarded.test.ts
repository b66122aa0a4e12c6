import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { freePort } from '@/test/free-port'
import { startPostgres, type TestDatabase } from '@/test/postgres'
import { closeDatabase, type Database, openDatabase } from './database'
import { DatabaseError, guarded } from './guarded'

let database: TestDatabase
let db: Database
beforeAll(async () => {
  database = await startPostgres()
  db = openDatabase(database.url)
})
afterAll(async () => {
  await closeDatabase(db)
  await database.close()
})

const run = (statement: ReturnType<typeof sql>, on = db, deadline?: number) =>
  guarded({ run: async () => on.execute(statement) }, deadline ? { deadline } : {})
    .run()
    .catch((error: unknown) => error)

describe('a database that cannot serve', () => {
  it.each([
    ['nothing listens', (port: number) => `postgres://user:s3cret@127.0.0.1:${port}/db`],
    ['the host is unknown', () => 'postgres://user:s3cret@unknown.invalid:5432/db'],
  ])('is unavailable when %s', async (_, url) => {
    const absent = openDatabase(url(await freePort()))
    const error = await run(sql`select 1`, absent)
    expect(error).toBeInstanceOf(StoreUnavailable)
    expect((error as StoreUnavailable).store).toBe('postgres')
    await closeDatabase(absent)
  })

  it('is unavailable when it accepts connections and never answers', async () => {
    const silent = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const hanging = openDatabase(`postgres://u:p@127.0.0.1:${(silent.address() as AddressInfo).port}/db`)
    expect(await run(sql`select 1`, hanging, 300)).toBeInstanceOf(StoreUnavailable)
    silent.close()
    await closeDatabase(hanging, 0)
  })

  it('is unavailable while its connections are cut, and serves again by itself', async () => {
    const [victim, other] = [openDatabase(database.url), db]
    const [{ pid } = { pid: 0 }] = await victim.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)
    const sleeping = run(sql`select pg_sleep(5)`, victim)
    await expect
      .poll(() => other.execute(sql`select pg_terminate_backend(${pid}::int)`).then((rows) => rows.length))
      .toBe(1)
    expect(await sleeping).toBeInstanceOf(StoreUnavailable)
    expect(await run(sql`select 1 as one`, victim)).toEqual([{ one: 1 }])
    await closeDatabase(victim, 1)
  })

  it('is unavailable when a statement times out', async () => {
    const hurried = guarded({
      run: () =>
        db.transaction(async (tx) => {
          await tx.execute(sql`set local statement_timeout = 50`)
          await tx.execute(sql`select pg_sleep(5)`)
        }),
    })
    await expect(hurried.run()).rejects.toBeInstanceOf(StoreUnavailable)
  })
})

describe('a statement that fails', () => {
  it('is reported by its SQLSTATE and without its values', async () => {
    await db.execute(sql`create table if not exists things (name text constraint things_name unique)`)
    const insert = sql`insert into things values (${'s3cret-value'})`
    await run(insert)
    for (const statement of [insert, sql`select ${'s3cret-value'}::int`]) {
      const error = await run(statement)
      expect(error).toBeInstanceOf(DatabaseError)
      expect(JSON.stringify(error) + String(error) + (error as Error).stack).not.toContain('s3cret')
      expect((error as Error).cause).toBeUndefined()
    }
    expect(await run(insert)).toMatchObject({ code: '23505', constraint: 'things_name' })
  })

  it('in a transaction is reported the same way', async () => {
    const port = guarded({ run: () => db.transaction((tx) => tx.execute(sql`select ${'s3cret'}::int`)) })
    const error = await port.run().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(DatabaseError)
    expect(String(error)).not.toContain('s3cret')
  })
})

it('lets errors that are not of the database through as they are', async () => {
  const mistake = new TypeError('not a function')
  const port = guarded({ run: () => Promise.reject(mistake) })
  await expect(port.run()).rejects.toBe(mistake)
})

it('prepares each statement once per connection', async () => {
  const single = openDatabase(database.url)
  for (const number of [1, 2, 3]) await single.execute(sql`select ${number}::int as "prepared once"`)
  const rows = await single.execute(
    sql`select 1 from pg_prepared_statements where statement like ${'%prepared once"'}`,
  )
  expect(rows).toHaveLength(1)
  await closeDatabase(single)
})
