import { parseArgs } from 'node:util'
import { OPERATIONS, type OperationName } from './targets/target'

export type Options = {
  readonly targets: readonly string[]
  readonly operations: readonly OperationName[]
  readonly rounds: number
  /** Seconds that an operation is measured, and warmed up. */
  readonly seconds: number
  readonly warmUp: number
  /** How often an operation is done at most in one measurement. */
  readonly limit: number
  /** Where the report goes; none when only a part is measured. */
  readonly report: string | undefined
}

export const USAGE = `npm run bench [-- OPTIONS]

  --only LIST       operations: ${OPERATIONS.join(', ')}
  --targets LIST    by name; an unknown one lists them
  --rounds N        default 3
  --seconds N       of each measurement, default 4
  --warm-up N       seconds of each operation before the first round, default 4
  --limit N         operations in one measurement at most, default 6000
  --report FILE     default docs/performance.md when everything is measured, else nothing is written
`

/**
 * @param known names of the targets
 * @throws Error for what it does not understand
 */
export function readOptions(args: readonly string[], known: readonly string[]): Options {
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: text,
      targets: text,
      rounds: text,
      seconds: text,
      'warm-up': text,
      limit: text,
      report: text,
    },
  })
  const operations = choose(values.only, OPERATIONS)
  const targets = choose(values.targets, known)
  const isWhole = operations.length === OPERATIONS.length && targets.length === known.length
  return {
    operations,
    targets,
    rounds: count(values.rounds, 3, 20),
    seconds: count(values.seconds, 4, 60),
    warmUp: count(values['warm-up'], 4, 60),
    limit: count(values.limit, 6_000, 100_000),
    report: values.report ?? (isWhole ? 'docs/performance.md' : undefined),
  }
}

function choose<Name extends string>(list: string | undefined, known: readonly Name[]): readonly Name[] {
  if (list === undefined) return known
  const wanted = list.split(',')
  const unknown = wanted.filter((name) => !known.some((other) => other === name))
  if (unknown.length > 0) throw new Error(`${unknown.join(', ')}: not one of ${known.join(', ')}`)
  return known.filter((name) => wanted.includes(name))
}

function count(value: string | undefined, preset: number, most: number): number {
  if (value === undefined) return preset
  const number = Number(value)
  if (!Number.isInteger(number) || number < 1 || number > most)
    throw new Error(`${value} is not a whole number from 1 to ${most}`)
  return number
}
