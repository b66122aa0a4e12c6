import { afterAll, beforeAll, expect, it } from 'vitest'
import { startPostgres, type TestDatabase } from '@/test/postgres'
import { readConnectionBudget, shortOfConnections } from './connection-budget'
import { closeDatabase, type Database, openDatabase } from './database'

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

it('is read from the database', async () => {
  const budget = await readConnectionBudget(db)
  expect(budget?.most).toBeGreaterThan(10)
  expect(budget?.open).toBeGreaterThan(0)
})

it('is not read where the database does not tell', async () => {
  const absent = openDatabase('postgres://u:p@127.0.0.1:1/db')
  expect(await readConnectionBudget(absent)).toBeNull()
  await closeDatabase(absent)
})

it('says when what others have open leaves too little', () => {
  expect(shortOfConnections({ most: 20, open: 7 }, 14)).toBeNull()
  expect(shortOfConnections({ most: 20, open: 8 }, 14)).toMatch(/allows 20 .* 7 are taken .* open 14/)
})
