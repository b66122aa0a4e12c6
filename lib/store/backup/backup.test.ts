import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { migrate } from '@/lib/store/database/migrate'
import { startPostgres, type TestDatabase } from '@/test/postgres'
import { backUp } from './backup'
import { restore } from './restore'

const directory = mkdtempSync(path.join(tmpdir(), 'vestibule-backup-'))
const file = path.join(directory, 'first.backup')

/** Everything in a database, and the marks of its migrations. */
async function contents(url: string): Promise<Record<string, readonly string[]>> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  const tables = await sql`
    select c.oid::regclass::text as name from pg_class c
    where relkind = 'r' and relnamespace in (select oid from pg_namespace where nspname in ('public', 'drizzle'))`
  const rows = await Promise.all(
    tables.map(async ({ name }) => {
      const found = await sql`select t::text as row from ${sql(name)} t order by 1`
      return [name, found.map(({ row }) => row)]
    }),
  )
  await sql.end()
  return Object.fromEntries(rows)
}

let source: TestDatabase
let filled: Awaited<ReturnType<typeof contents>>

/** What the text format of COPY has to escape, in a table with a JSON column, a null and a reference to itself. */
const NAMES = ['a\ttab', 'a\nline', 'a\\.', '\\.', '\\N', '', 'Ünïcode 👩‍👧', 'x'.repeat(200_000)]

beforeAll(async () => {
  source = await startPostgres()
  await migrate(source.url)
  const sql = postgres(source.url, { max: 1 })
  for (const [index, name] of NAMES.entries()) {
    await sql`insert into organizations ${sql({ id: `o${index}`, slug: `o${index}`, name, created_at: new Date(index) })}`
    await sql`insert into challenges ${sql({ key: `k${index}`, value: 'x', expires_at: new Date() })}`
  }
  await sql.end()
  await backUp(source.url, file)
  filled = await contents(source.url)
})
afterAll(async () => {
  await source.close()
  rmSync(directory, { recursive: true })
})

const withEmpty = async (work: (url: string) => Promise<void>) => {
  const { url, close } = await startPostgres()
  await work(url).finally(close)
}

describe('a backup', () => {
  it('brings every row back as it was, but for logins under way', async () => {
    await withEmpty(async (url) => {
      await restore(url, file)
      const restored = await contents(url)
      expect(restored).toEqual({ ...filled, challenges: [] })
      expect(restored.organizations).toHaveLength(NAMES.length)
    })
  })

  it('is for its owner alone, and replaces no file', async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    await expect(backUp(source.url, file)).rejects.toThrow('exists already')
  })

  it('leaves nothing behind when it fails', async () => {
    const other = path.join(directory, 'other.backup')
    await withEmpty(async (url) => {
      await expect(backUp(url, other)).rejects.toThrow('no schema of Vestibule')
    })
    await expect(stat(other)).rejects.toThrow('ENOENT')
  })

  it('is of one moment, whatever is written meanwhile', async () => {
    const during = path.join(directory, 'during.backup')
    const sql = postgres(source.url, { max: 1 })
    let isDone = false
    // A day without its organization would not come in, nor be one day short.
    const write = async (): Promise<void> => {
      for (let count = 0; !isDone; count++)
        await sql.begin(async (tx) => {
          const id = `later${count}`
          await tx`insert into organizations ${tx({ id, slug: id, name: id, created_at: new Date() })}`
          await tx`insert into organization_days values (${id}, '2026-11-29', 0, 0, 0, 0, '[]', '[]')`
        })
    }
    const writing = write()
    await backUp(source.url, during)
    isDone = true
    await writing
    await sql`delete from organizations where id like 'later%'`
    await sql.end()
    await withEmpty(async (url) => {
      await restore(url, during)
      const { organizations, organization_days: days } = await contents(url)
      expect(organizations).toHaveLength(NAMES.length + (days ?? []).length)
    })
  })
})

describe('a restore writes nothing', () => {
  let empty: TestDatabase
  beforeAll(async () => {
    empty = await startPostgres()
  })
  afterAll(() => empty.close())
  const bytes = () => readFileSync(file)
  const text = () => gunzipSync(bytes()).toString()
  const repacked = (change: (text: string) => string) => gzipSync(change(text()))

  it.each<[string, () => Buffer, string | RegExp]>([
    ['of a file that ends early', () => bytes().subarray(0, -9), 'damaged'],
    ['of the first half of a file', () => bytes().subarray(0, bytes().length / 2), 'damaged'],
    ['of an empty file', () => Buffer.alloc(0), 'damaged'],
    ['of something else', () => Buffer.from('create table x'), 'damaged'],
    ['of something else that is packed', () => gzipSync('create table x'), 'damaged'],
    [
      'of a file with a changed byte',
      () => {
        const changed = Buffer.from(bytes())
        changed[200] = (changed[200] ?? 0) ^ 1
        return changed
      },
      'damaged',
    ],
    ['of changed rows', () => repacked((all) => all.replace('a\\ttab', 'b\\ttab')), 'damaged'],
    ['of a file without its last row', () => repacked((all) => all.replace(/\n.*\n$/, '\n')), 'damaged'],
  ])('%s, and says so', async (_, make, message) => {
    const damaged = path.join(directory, 'damaged.backup')
    writeFileSync(damaged, make())
    await expect(restore(empty.url, damaged)).rejects.toThrow(message)
    expect(await contents(empty.url)).toEqual({})
  })

  it('of a newer version', async () => {
    const folder = path.join(directory, 'newer')
    cpSync('drizzle/migrations', folder, { recursive: true })
    const journalFile = path.join(folder, 'meta', '_journal.json')
    const journal = JSON.parse(readFileSync(journalFile, 'utf8'))
    journal.entries.push({
      ...journal.entries.at(-1),
      idx: journal.entries.length,
      when: 9_999_999_999_999,
      tag: '9999_newer',
    })
    writeFileSync(journalFile, JSON.stringify(journal))
    writeFileSync(path.join(folder, '9999_newer.sql'), 'create table newer (id text)')
    const newer = path.join(directory, 'newer.backup')
    await withEmpty(async (url) => {
      await migrate(url, folder)
      await backUp(url, newer)
    })
    await expect(restore(empty.url, newer)).rejects.toThrow('newer version')
    expect(await contents(empty.url)).toEqual({})
  })

  it('into a database that is not empty', async () => {
    await expect(restore(source.url, file)).rejects.toThrow('not empty')
    expect(await contents(source.url)).toEqual(filled)
  })
})
