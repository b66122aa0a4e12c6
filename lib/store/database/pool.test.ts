import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { startPostgres, type TestDatabase } from '@/test/postgres'
import { closeDatabase, type Database, openDatabase } from './database'
import { codeOf } from './driver-error'
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
let losses = 0
const behindPooler = () =>
  db.transaction(async (tx) => {
    losses++
    await tx.execute(sql`select ${1}::int as one`)
    await tx.execute(sql`deallocate all`)
    return tx.execute(sql`select ${1}::int as one`)
  })

/** What a connection has prepared, after a statement in a transaction. */
const prepared = () =>
  db.transaction(async (tx) => {
    await tx.execute(sql`select ${2}::int as two`)
    const rows = await tx.execute(sql`select statement from pg_prepared_statements`)
    return rows.map(({ statement }) => statement)
  })

it('refuses at once what would have too many wait, and serves the others', async () => {
  const small = openDatabase(database.url, { connections: 1, waiting: 3 })
  const { ask } = guarded({ ask: async () => small.execute(sql`select 1 as one`) })
  const answers = await Promise.allSettled(Array.from({ length: 10 }, ask))
  const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
  expect(refused).toHaveLength(6)
  for (const reason of refused) expect(reason).toMatchObject({ name: 'StoreUnavailable' })
  expect(await ask()).toEqual([{ one: 1 }])
  await closeDatabase(small)
})

it('prepares statements, in transactions too, until a pooler has lost one; then none, and that is done again', async () => {
  expect(await prepared()).toContain('select $1::int as two')
  expect(await behindPooler()).toEqual([{ one: 1 }])
  expect(losses).toBe(2)
  const alone =
    await db.execute(sql`select ${3}::int as three, (select count(*)::int from pg_prepared_statements
    where statement like 'select $1::int as three%') as prepared`)
  expect(alone).toEqual([{ three: 3, prepared: 0 }])
})

/** A pooler as strict as PgBouncer: who sends a limit as a startup parameter is told why, or cut off before it is. */
async function strictPooler(): Promise<string> {
  const { hostname, port } = new URL(database.url)
  let refusals = 0
  const server = createServer(async (client) => {
    client.on('error', () => {})
    const [startup]: Buffer[] = await once(client, 'data')
    if (startup?.includes('statement_timeout')) {
      if (refusals++ > 0) return void setTimeout(() => client.destroy(), 50)
      const fields = 'SFATAL\0C08P01\0Munsupported startup parameter: statement_timeout\0\0'
      const length = Buffer.alloc(4)
      length.writeInt32BE(4 + fields.length)
      return void client.end(Buffer.concat([Buffer.from('E'), length, Buffer.from(fields)]))
    }
    const behind = connect(Number(port), hostname).on('error', () => client.destroy())
    behind.write(startup ?? '')
    client.pipe(behind).pipe(client)
    client.on('close', () => behind.destroy())
  })
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = new URL(database.url)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return url.href
}

it('behind a pooler that takes no limits, loses nothing, and sets them in each transaction, with its isolation', async () => {
  const pooled = openDatabase(await strictPooler())
  onTestFinished(() => closeDatabase(pooled))
  const settings = () =>
    pooled.transaction(
      (tx) =>
        tx.execute(
          sql`select current_setting('statement_timeout') as limit, current_setting('transaction_isolation') as isolation`,
        ),
      { isolationLevel: 'repeatable read' },
    )
  const all = await Promise.all(Array.from({ length: 30 }, settings))
  for (const [found] of all) expect(found).toEqual({ limit: '8s', isolation: 'repeatable read' })
})

describe('what collides with others', () => {
  const run = (statement: string) => db.execute(sql.raw(statement))
  /** A table whose every third write succeeds; a sequence counts also what is rolled back. */
  beforeAll(async () => {
    await run('create sequence tries')
    await run(`create function collide() returns trigger language plpgsql as $$ begin
      if nextval('tries') % 3 <> 0 then raise 'collision' using errcode = tg_argv[0]; end if;
      return new;
    end $$`)
  })

  it.each(['40001', '40P01'])('is done again after %s', async (state) => {
    await run(`create table t${state} (id int)`)
    await run(`create trigger t before insert on t${state} for each row execute function collide('${state}')`)
    expect(await run(`insert into t${state} values (1) returning id`)).toEqual([{ id: 1 }])
    let attempts = 0
    await db.transaction(async (tx) => {
      attempts++
      await tx.execute(sql.raw(`insert into t${state} values (2)`))
    })
    expect(attempts).toBe(3)
    expect(await run(`select id from t${state} order by id`)).toEqual([{ id: 1 }, { id: 2 }])
  })

  it('is done again, and any other failure named, where statements are under way together', async () => {
    await run('create table together (id int unique)')
    await run(`create trigger t before insert on together for each row execute function collide('40001')`)
    const both = (statement: string) =>
      db.transaction(async (tx) => {
        // The failure that counts is heard of last.
        const late = async () => {
          try {
            await tx.execute(sql.raw(statement))
          } catch (error) {
            await new Promise((resolve) => setImmediate(resolve))
            throw error
          }
        }
        await Promise.all([late(), tx.execute(sql`select 1`)])
      })
    for (const id of [1, 2, 3]) await both(`insert into together values (${id})`)
    expect(await run('select id from together order by id')).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }])
    await expect(both('insert into together values (1)')).rejects.toSatisfy(
      (error) => codeOf(error) === '23505',
    )
  })

  it('is done again, however long it had waited for a connection', async () => {
    await run('create table late (id int)')
    await run(`create trigger t before insert on late for each row execute function collide('40001')`)
    const small = openDatabase(database.url, { connections: 1 })
    const [, late] = await Promise.all([
      small.execute(sql`select pg_sleep(2.1)`),
      small.execute(sql`insert into late values (1) returning id`),
    ])
    expect(late).toEqual([{ id: 1 }])
    await closeDatabase(small)
  })

  it('is given up when it goes on; what fails for another reason is done once', async () => {
    await run('create table never (id int)')
    await run(`create trigger t before insert on never for each row execute function collide('23505')`)
    await expect(run('insert into never values (1)')).rejects.toThrow()
    expect(await run('select last_value::int % 3 as tries from tries')).toEqual([{ tries: 1 }])
    await run(`create function always() returns trigger language plpgsql as $$ begin
      raise 'collision' using errcode = '40001';
    end $$`)
    await run('create trigger a before insert on never for each row execute function always()')
    await expect(run('insert into never values (1)')).rejects.toThrow()
  })
})
