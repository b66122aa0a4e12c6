import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startPostgres, type TestDatabase } from '@/test/postgres'
import { closeDatabase, type Database, openDatabase } from './database'
import { guarded } from './guarded'

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

/** A transaction in whose middle its prepared statements are lost, as behind a pooler. */
const { behindPooler } = guarded({
  behindPooler: () =>
    db.transaction(async (tx) => {
      await tx.execute(sql`select ${1}::int as one`)
      await tx.execute(sql`deallocate all`)
      return tx.execute(sql`select ${1}::int as one`)
    }),
})

/** What a connection has prepared, after a statement in a transaction. */
const prepared = () =>
  db.transaction(async (tx) => {
    await tx.execute(sql`select ${2}::int as two`)
    const rows = await tx.execute(sql`select statement from pg_prepared_statements`)
    return rows.map(({ statement }) => statement)
  })

it('prepares statements, in transactions too, until a pooler has lost one; then none', async () => {
  expect(await prepared()).toContain('select $1::int as two')
  await expect(behindPooler()).rejects.toMatchObject({ name: 'StoreUnavailable' })
  expect(await behindPooler()).toEqual([{ one: 1 }])
  const alone =
    await db.execute(sql`select ${3}::int as three, (select count(*)::int from pg_prepared_statements
    where statement like 'select $1::int as three%') as prepared`)
  expect(alone).toEqual([{ three: 3, prepared: 0 }])
})
