import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readConfig } from '@/lib/config'
import { closeDatabase, openDatabase } from '@/lib/store/database/database'
import { type MigratedDatabase, startMigratedPostgres } from '@/test/postgres'
import { type Installation, openInstallation } from './installation'

/** A lock of this test alone. */
const LOCK = 20_260_901

let database: MigratedDatabase
let opening: Promise<Installation>
beforeAll(async () => {
  database = await startMigratedPostgres()
  const config = readConfig({
    PUBLIC_URL: 'https://auth.example.com',
    DATABASE_URL: database.runtimeUrl,
    DATABASE_MIGRATION_URL: database.url,
    DATABASE_CONNECTIONS: '9',
    VESTIBULE_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
  })
  opening = openInstallation(config, () => Promise.reject(new Error('it is given')))
  // That it fails is for a test to say.
  await opening.catch(() => {})
})
afterAll(async () => {
  await opening?.then(
    (installation) => installation.close(),
    () => {},
  )
  await database?.close()
})

it('migrates with a role of its own, and serves with one that may change nothing of the schema', async () => {
  const { db, managementDb } = await opening
  for (const one of [db, managementDb]) {
    expect(await one.execute(sql`select current_user as role`)).toEqual([{ role: 'vestibule_runtime' }])
    await expect(one.execute(sql`create table mine (id text)`)).rejects.toThrow()
  }
})

it('what is managed holds no connection that a login needs, however much of it waits', async () => {
  const { db, managementDb } = await opening
  const other = openDatabase(database.url)
  const lock = sql`select pg_advisory_xact_lock(${LOCK}::bigint)`
  try {
    const { waiting } = await other.transaction(async (tx) => {
      await tx.execute(lock)
      const waiting = Promise.allSettled(Array.from({ length: 30 }, () => managementDb.execute(lock)))
      expect(await db.execute(sql`select 1 as one`)).toEqual([{ one: 1 }])
      return { waiting }
    })
    // None of them had to be given up before that.
    expect(new Set((await waiting).map(({ status }) => status))).toEqual(new Set(['fulfilled']))
  } finally {
    await closeDatabase(other)
  }
})
