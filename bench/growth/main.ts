/**
 * `npm run bench -- growth [ROWS…]`: what each operation of the protocol touches in a database with few rows and with
 * many. Blocks and statements are counted, so it does not matter what else the machine does.
 */
import postgres from 'postgres'
import { migrate } from '@/lib/store/database/migrate'
import { fillDatabase } from '@/lib/store/test-support/costs/fill'
import { EXPLAINING, planRecorder } from '@/lib/store/test-support/costs/plans'
import { PROTOCOL_OPERATIONS } from '@/lib/store/test-support/costs/protocol-operations'
import { storesOn } from '@/lib/store/test-support/costs/stores'
import { startOwnPostgres } from '@/test/own-postgres'

const SIZES = [10_000, 1_000_000]

/** Each operation runs so often: the median counts. */
const RUNS = 5

/** What belongs to one run: see `PROTOCOL_OPERATIONS`. */
const rowOf = (operation: number, run: number) => 2_011 + 30 * (operation * RUNS + run)

type Cost = { readonly statements: number; readonly blocks: number }

async function measure(rows: number): Promise<readonly Cost[]> {
  const server = await startOwnPostgres(
    `${EXPLAINING}shared_buffers = '512MB'\nmax_wal_size = '4GB'\nfsync = off\n`,
  )
  try {
    await migrate(server.url)
    const sql = postgres(server.url, { max: 1, onnotice: () => {} })
    const began = Date.now()
    await fillDatabase(sql, { rows })
    await sql.unsafe('vacuum analyze')
    await sql.end()
    console.error(`${rows} rows of each kind: filled in ${Math.round((Date.now() - began) / 1000)} s`)
    const recorder = planRecorder(server.url)
    const stores = await storesOn(recorder.db)
    const costs: Cost[] = []
    for (const [index, [, run]] of PROTOCOL_OPERATIONS.entries()) {
      const all: Cost[] = []
      for (let i = 0; i < RUNS; i++) {
        const executed = await recorder.record(() => run(stores, rowOf(index, i)))
        const blocks = executed.reduce((sum, statement) => sum + statement.blocks, 0)
        all.push({ statements: executed.length, blocks })
      }
      costs.push(
        all.toSorted((a, b) => a.blocks - b.blocks)[Math.floor(RUNS / 2)] ?? { statements: 0, blocks: 0 },
      )
    }
    await recorder.close()
    return costs
  } finally {
    await server.close()
  }
}

const given = process.argv.slice(2).map(Number).filter(Boolean)
const sizes = given.length > 0 ? given : SIZES
const measured: (readonly Cost[])[] = []
for (const size of sizes) measured.push(await measure(size))

const head = [
  'operation',
  'statements',
  ...sizes.map((size) => `blocks at ${size.toLocaleString('en')}`),
  'ratio',
]
const lines = PROTOCOL_OPERATIONS.map(([name], index) => {
  const costs = measured.map((all) => all[index] ?? { statements: 0, blocks: 0 })
  const [first, last] = [costs[0], costs.at(-1)]
  const ratio = first && last ? last.blocks / first.blocks : 0
  return [name, first?.statements, ...costs.map(({ blocks }) => blocks), ratio.toFixed(2)]
})
for (const line of [head, head.map(() => '---'), ...lines]) console.log(`| ${line.join(' | ')} |`)
process.exit(0)
