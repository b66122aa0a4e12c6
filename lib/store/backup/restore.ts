import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { TransactionSql } from 'postgres'
import { applyMigrations, readMigrations } from '../database/migrate'
import { singleConnection } from '../database/single-connection'
import { type ArchiveHeader, BrokenArchive, END_OF_ROWS, readArchive, readHeader, readTable } from './archive'
import { readTables, target } from './backup'

/**
 * Fills an empty database from a backup: the schema as it was, then the rows, in one transaction. A start migrates it
 * from there.
 *
 * @param url of a role that may create tables
 * @returns how many tables
 * @throws BrokenArchive when the file is not whole, which is found out before anything is written
 * @throws Error when a newer version made it, or when the database has tables
 */
export async function restore(url: string, file: string): Promise<number> {
  const { schema } = await verified(file)
  const migrations = readMigrations()
  const known = migrations.find(({ folderMillis }) => folderMillis === schema.at)
  if (known?.hash !== schema.hash)
    throw new Error('the backup was made by a newer version of Vestibule: restore it with that one')
  const client = singleConnection(url)
  try {
    return await client.begin(async (sql) => {
      await refuseFilled(sql)
      await applyMigrations(
        sql,
        migrations.filter(({ folderMillis }) => folderMillis <= schema.at),
      )
      return await fill(sql, file)
    })
  } finally {
    await client.end({ timeout: 5 })
  }
}

/** Reads the file from its beginning to its end. */
async function verified(file: string): Promise<ArchiveHeader> {
  let header: ArchiveHeader | undefined
  for await (const line of readArchive(file)) header ??= headerOf(line, file)
  if (!header) throw new BrokenArchive(file)
  return header
}

function headerOf(line: Buffer, file: string): ArchiveHeader {
  try {
    return readHeader(line)
  } catch {
    throw new BrokenArchive(file)
  }
}

async function refuseFilled(sql: TransactionSql): Promise<void> {
  const [found] = await sql`
    select c.oid::regclass::text as name from pg_class c
    where c.relkind = 'r' and c.relnamespace in (select oid from pg_namespace where nspname in ('public', 'drizzle'))
    limit 1`
  if (found) throw new Error(`the database is not empty: it has the table ${found.name}`)
}

async function fill(sql: TransactionSql, file: string): Promise<number> {
  const tables = new Set((await readTables(sql)).map(target))
  const lines = readArchive(file)
  await lines.next()
  let count = 0
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    const into = target(readTable(line.value))
    if (!tables.has(into)) throw new BrokenArchive(file)
    await pipeline(Readable.from(rowsOf(lines)), await sql.unsafe(`copy ${into} from stdin`).writable())
    count++
  }
  return count
}

const LINE_END = Buffer.from('\n')
const END = Buffer.from(END_OF_ROWS)

async function* rowsOf(lines: AsyncGenerator<Buffer, void>): AsyncGenerator<Buffer, void> {
  for (let line = await lines.next(); !line.done; line = await lines.next()) {
    if (line.value.equals(END)) return
    yield Buffer.concat([line.value, LINE_END])
  }
}
