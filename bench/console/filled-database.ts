import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import postgres from 'postgres'
import { closeDatabase, type Database, openDatabase } from '@/lib/store/database/database'
import { migrate } from '@/lib/store/database/migrate'
import { finishedDaysStore } from '@/lib/store/read/statistics'
import { openEmbeddedPostgres } from '@/packages/embedded-postgres/embedded-postgres'
import { fill } from './fill'

export type FilledDatabase = {
  readonly url: string
  readonly db: Database
  readonly dataDir: string
  close(): Promise<void>
}

/** `DATABASE_URL`, or the embedded server in `DATA_DIR` or a temporary directory; filled, if it was not yet. */
export async function openFilledDatabase(): Promise<FilledDatabase> {
  const given = process.env.DATABASE_URL
  const dataDir = process.env.DATA_DIR ?? mkdtempSync(path.join(tmpdir(), 'bench-'))
  const embedded = given ? undefined : await openEmbeddedPostgres(dataDir)
  const url = given ?? embedded?.url ?? ''
  await migrate(url)
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  const [filled] = await sql`select 1 from organizations where id = 'o1'`
  if (!filled) await fill(sql)
  const db = openDatabase(url)
  await keepFinishedDays(db)
  await sql.unsafe('vacuum analyze')
  await sql.end()
  const close = async () => {
    await closeDatabase(db)
    await embedded?.close()
  }
  return { url, db, dataDir, close }
}

/** As the server does from time to time. */
async function keepFinishedDays(db: Database): Promise<void> {
  const began = performance.now()
  let organizations = 0
  for (let more = true; more; ) {
    const behind = await finishedDaysStore(db).keep(new Date(), 100)
    organizations += behind
    more = behind > 0
  }
  if (organizations > 0)
    console.log(
      `finished days of ${organizations} organizations: ${Math.round(performance.now() - began)} ms`,
    )
}

/** Of numbers in any order; 0 of none. */
export function quantile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0
}
