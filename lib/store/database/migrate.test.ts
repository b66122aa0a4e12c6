import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { collidingPostgres } from '@/test/colliding-postgres'
import { freePort } from '@/test/free-port'
import { startPostgres } from '@/test/postgres'
import { closeDatabase, openDatabase } from './database'
import { migrate, NewerDatabase } from './migrate'

it('lets four instances that start at once on an empty database all succeed', async () => {
  const { url, close } = await startPostgres()
  await expect(Promise.all([1, 2, 3, 4].map(() => migrate(url)))).resolves.toHaveLength(4)
  const db = openDatabase(url)
  const applied = await db.execute(sql`select hash from drizzle.__drizzle_migrations`)
  expect(new Set(applied.map(({ hash }) => hash)).size).toBe(applied.length)
  expect(applied.length).toBeGreaterThan(0)
  await closeDatabase(db)
  await close()
})

it('begins anew after a serialization failure or a deadlock with what older instances do', async () => {
  const { url, close } = await startPostgres()
  let statements = 0
  const colliding = await collidingPostgres(url, () => ++statements % 50 === 20 && statements < 100)
  await migrate(colliding.url)
  expect(statements).toBeGreaterThan(100)
  await expect(migrate(url)).resolves.toBeUndefined()
  await colliding.close()
  await close()
})

it('does nothing to a database that is up to date', async () => {
  const { url, close } = await startPostgres()
  await migrate(url)
  await expect(migrate(url)).resolves.toBeUndefined()
  await close()
})

it('refuses a database that a newer version has migrated, and changes nothing', async () => {
  const { url, close } = await startPostgres()
  await migrate(url)
  const db = openDatabase(url)
  await db.execute(
    sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 9999999999999)`,
  )
  await expect(migrate(url)).rejects.toThrow(NewerDatabase)
  await closeDatabase(db)
  await close()
})

it('stops when the migrations are not where it looks', async () => {
  const { url, close } = await startPostgres()
  const empty = await mkdtemp(path.join(tmpdir(), 'vestibule-migrations-'))
  await expect(migrate(url, empty)).rejects.toThrow(/journal/)
  await rm(empty, { recursive: true })
  await close()
})

it('says that the database is unavailable when nothing listens there', async () => {
  await expect(migrate(`postgres://u:p@127.0.0.1:${await freePort()}/db`)).rejects.toBeInstanceOf(
    StoreUnavailable,
  )
})
