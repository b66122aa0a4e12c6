import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OwnPostgres, startOwnPostgres } from '@/test/own-postgres'
import { RETENTION_RULES } from '../retention/rules'
import { retention } from '../retention/runner'
import { fillDatabase } from '../test-support/costs/fill'
import { LIST_OPERATIONS } from '../test-support/costs/list-operations'
import {
  EXPLAINING,
  type ExecutedStatement,
  type PlanRecorder,
  planRecorder,
} from '../test-support/costs/plans'
import { PROTOCOL_OPERATIONS } from '../test-support/costs/protocol-operations'
import { type FilledStores, storesOn } from '../test-support/costs/stores'
import { migrate } from './migrate'

/** Enough that a plan which reads what it does not need shows. */
const ROWS = 10_000
/** Rows that a statement may throw away: of a look-up that finds one row, which is not as it has to be. */
const WASTE = 5
/** Blocks that a statement touches at most: it writes a row with many indexes, and reads the catalogue for it, or shows fifty rows with what belongs to them. */
const BLOCKS = { one: 300, page: 3_000, batch: 5_000 }
/** Rows that a statement of clean-up looks at. */
const BATCH = 50
/** Milliseconds: nothing that clean-up knows of is good for longer. */
const YEAR = 366 * 24 * 3_600_000

const LOGINS = 3_000
const LOGINS_OF_ONE_USER = `
with again as (
  insert into grants (id, organization_id, server_id, user_id, client_row_id, client_id, redirect_uri, scope, claims, created_at, redeemed_at)
  select 'g' || $1::int || '-' || i, organization_id, server_id, user_id, client_row_id, client_id, redirect_uri, scope, claims,
    now() - i * interval '1 minute', now()
  from grants, generate_series(1, $2::int) as i where grants.id = 'g' || $1::int returning id
)
insert into refresh_tokens (hash, grant_id, nonce, key_id, issued_at, expires_at)
select rpad(id, 64, 'y'), id, 'n', 'k1', now(), now() + interval '1 day' from again`

let server: OwnPostgres
let recorder: PlanRecorder
let stores: FilledStores

beforeAll(async () => {
  server = await startOwnPostgres(EXPLAINING)
  await migrate(server.url)
  const sql = postgres(server.url, { max: 1, onnotice: () => {} })
  await fillDatabase(sql, { rows: ROWS })
  await sql.end()
  recorder = planRecorder(server.url)
  stores = await storesOn(recorder.db)
})
afterAll(async () => {
  await recorder?.close()
  await server?.close()
})

/** What costs more than it may, for reading. */
const tooCostly = (executed: readonly ExecutedStatement[], most: number, waste = WASTE) =>
  executed
    .map(({ wasted, ...statement }) => ({ ...statement, wasted: wasted.filter(({ rows }) => rows > waste) }))
    .filter(({ blocks, wasted }) => blocks > most || wasted.length > 0)
    .map(({ text, blocks, wasted }) =>
      [text, `${blocks} blocks`, ...wasted.map(({ what, rows }) => `${what}: ${rows} rows`)].join('\n'),
    )

/** What a planner knows of tables that have just grown, and of those that were analyzed. */
describe.each([
  ['without statistics', 101],
  ['with statistics', 2_011],
])('%s', (_, row) => {
  beforeAll(async () => {
    if (row > 2_000) await recorder.db.$client.unsafe('analyze')
  })

  it.each(PROTOCOL_OPERATIONS.map(([name, run], index) => [name, run, row + 30 * index] as const))(
    '%s costs what its own rows cost',
    async (_, run, own) => {
      const executed = await recorder.record(() => run(stores, own))
      expect(executed).not.toEqual([])
      expect(tooCostly(executed, BLOCKS.one)).toEqual([])
    },
  )

  it.each(LIST_OPERATIONS)('a page of %s costs what it shows', async (_, run) => {
    const executed = await recorder.record(() => run(stores, row))
    expect(executed).not.toEqual([])
    expect(tooCostly(executed, BLOCKS.page)).toEqual([])
  })

  it('cleaning up costs what goes', async () => {
    const overdue = new Date(Date.now() + YEAR)
    const executed = await recorder.record(() => retention(recorder.db, BATCH)(overdue, { batches: 1 }))
    expect(executed.length).toBeGreaterThan(RETENTION_RULES.length)
    // Rows that have to stay are looked at, and days are counted of each organization: there are few.
    const rows = executed.filter(({ text }) => !text.includes('organization_days'))
    expect(tooCostly(rows, BLOCKS.batch, BATCH)).toEqual([])
  })
})

it('somebody who logs in all the time pays for one login', async () => {
  const row = 5_001
  await recorder.db.$client.unsafe(LOGINS_OF_ONE_USER, [row, LOGINS])
  const [, complete] = PROTOCOL_OPERATIONS.find(([name]) => name === 'completing a login') ?? []
  const executed = await recorder.record(async () => complete?.(stores, row))
  expect(executed).not.toEqual([])
  expect(tooCostly(executed, BLOCKS.one)).toEqual([])
})
