import { sql } from 'drizzle-orm'
import { expect, it, onTestFinished } from 'vitest'
import { startPostgres } from '@/test/postgres'
import { closeDatabase, openDatabase } from '../database/database'
import { migrate } from '../database/migrate'
import { describeChallenges } from './challenges.contract'
import { postgresChallenges } from './postgres'

async function openStore() {
  const database = await startPostgres()
  await migrate(database.url)
  const db = openDatabase(database.url)
  let dropping: Promise<void> | undefined
  const drop = () => {
    dropping ??= database.close()
    return dropping
  }
  return {
    db,
    challenges: postgresChallenges(db),
    stopStore: drop,
    async close() {
      await closeDatabase(db)
      await drop()
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
