import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import type { Measurement } from './measure'
import type { Options } from './options'
import type { Stores } from './stores'
import { OPERATIONS, type OperationName } from './targets/target'

/** The medians of one target. */
export type Result = {
  readonly name: string
  readonly label: string
  /** Seconds from its start. */
  readonly readyAfter: number
  /** Megabytes before the first request. */
  readonly atRest: number
  readonly operations: ReadonlyMap<OperationName, Measurement>
}

type Circumstances = { readonly options: Options; readonly stores: Stores; readonly now: Date }

/** The page that `npm run bench` writes. */
export function report(results: readonly Result[], circumstances: Circumstances): string {
  const measured = OPERATIONS.filter((name) => results.some(({ operations }) => operations.has(name)))
  const table = (cell: (one: Measurement) => string) => tableOf(results, measured, cell)
  return `# Performance

Written by \`npm run bench\`; see [bench/README.md](../bench/README.md) for what is measured and how. Rates depend on the machine: read the ratios and the CPU times.

${describeMachine(circumstances)}

## Operations a second

In brackets the CPU milliseconds of one operation: the server's + those of Postgres and Redis.

${table((one) => `${whole(one.rate)} (${cpu(one.serverCpu)}${one.storesCpu >= 0.005 ? ` + ${cpu(one.storesCpu)}` : ''})`)}

## Latency

Milliseconds from request to answer with 16 requests under way: median / 99 %.

${table((one) => `${one.p50.toFixed(1)} / ${one.p99.toFixed(1)}`)}

## Start and memory

Seconds until the server is ready, with databases that are there; and its resident memory in megabytes, before the first request and after each operation's last round.

${tableOf(results, measured, (one) => whole(one.memory), AT_START)}

## Ratios

${ratios(results, measured)}
`
}

function describeMachine({ options, stores, now }: Circumstances): string {
  const [first] = cpus()
  const { rounds, seconds, warmUp, limit } = options
  return [
    `- ${now.toISOString().slice(0, 10)}, ${cpus().length} × ${first?.model.trim()}, ${whole(totalmem() / 2 ** 30)} GB, Linux ${release()}, Node ${process.versions.node}; servers, stores and driver share it`,
    `- PostgreSQL ${stores.versions.postgres} with synchronous commit, Redis ${stores.versions.redis} over TCP, 16 connections, one driver`,
    `- ${rounds} interleaved rounds of ${seconds} s or ${whole(limit)} operations each after ${warmUp} s of warm-up; medians`,
    `- ${versions()}`,
    `- load average over the last 15 minutes, this run included: ${loadavg()[2]?.toFixed(1)}`,
  ].join('\n')
}

function versions(): string {
  const { dependencies } = JSON.parse(readFileSync('bench/package.json', 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  const shown = ['oidc-provider', 'better-auth', '@better-auth/oauth-provider', '@modelcontextprotocol/sdk']
  const { version, devDependencies: own } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly version: string
    readonly devDependencies: Readonly<Record<string, string>>
  }
  const peers = shown.map((name) => `${name} ${dependencies[name]}`)
  return [`Vestibule ${version} on Next ${own.next}`, ...peers].join(', ')
}

/** Rates of each Vestibule against the others: above 1, it is faster. */
function ratios(results: readonly Result[], measured: readonly OperationName[]): string {
  const own = results.filter(({ name }) => name.startsWith('vestibule'))
  const others = results.filter((result) => !own.includes(result))
  return own
    .map((vestibule) => {
      const rows = others.map(({ operations, ...other }) => {
        const compared = new Map(
          [...vestibule.operations].flatMap(([operation, one]) => {
            const other = operations.get(operation)
            return other ? [[operation, { ...one, rate: one.rate / other.rate }] as const] : []
          }),
        )
        return { ...other, operations: compared }
      })
      const table = tableOf(rows, measured, ({ rate }) => rate.toFixed(2))
      return `${vestibule.label}: its rate divided by the other's.\n\n${table}`
    })
    .join('\n\n')
}

/** Columns before those of the operations. */
type Column = readonly [name: string, cell: (result: Result) => string]

const AT_START: readonly Column[] = [
  ['ready', ({ readyAfter }) => readyAfter.toFixed(1)],
  ['at rest', ({ atRest }) => whole(atRest)],
]

function tableOf(
  results: readonly Result[],
  measured: readonly OperationName[],
  cell: (one: Measurement) => string,
  before: readonly Column[] = [],
): string {
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const lines = results.map((result) => {
    const { label, operations } = result
    const cells = measured.map((name) => {
      const one = operations.get(name)
      return one ? cell(one) : '–'
    })
    return row([label, ...before.map(([, of]) => of(result)), ...cells])
  })
  const names = ['', ...before.map(([name]) => name), ...measured]
  return [row(names), row(names.map(() => '---')), ...lines].join('\n')
}

const whole = (number: number) => Math.round(number).toLocaleString('en')
const cpu = (milliseconds: number) => milliseconds.toFixed(2)
