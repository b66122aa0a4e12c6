import { sql } from 'drizzle-orm'
import { expect, it, onTestFinished } from 'vitest'
import { startMigratedPostgres } from '@/test/postgres'
import { closeDatabase, openDatabase } from '../database/database'
import { describeChallenges } from './challenges.contract'
import { postgresChallenges } from './postgres'

async function openStore() {
  const database = await startMigratedPostgres()
  const db = openDatabase(database.url)
  let isStopped = false
  return {
    db,
    challenges: postgresChallenges(db),
    async stopStore() {
      isStopped = true
      await database.drop()
    },
    async close() {
      await closeDatabase(db)
      if (!isStopped) await database.close()
    },
  }
}

describeChallenges('Postgres', openStore)

it('takes expired rows away as it writes', async () => {
  const { db, challenges, close } = await openStore()
  onTestFinished(close)
  const saves = Array.from({ length: 40 }, (_, index) => challenges.saveChallenge(`old-${index}`, 'x', 0))
  await Promise.all(saves)
  for (let write = 0; write < 20; write++) await challenges.saveChallenge(`new-${write}`, 'x', 60)
  const rows = await db.execute(sql`select key from challenges where expires_at <= now()`)
  expect(rows).toHaveLength(0)
})
