/** What is counted of each fault, while it lasts and until all is well again. Logins and refreshes are confirmed ones. */
export type Count =
  | 'asked'
  | 'confirmed'
  | 'logins'
  | 'refreshes'
  | 'retried'
  | 'begun anew'
  | 'lost'
  | 'doubled'
  | 'let in'
  | 'revoked'
  | 'pool broken'
  | 'errors 500'
  | '503 without Retry-After'

/** What may not happen, whatever the fault. */
const FORBIDDEN: readonly Count[] = [
  'lost',
  'doubled',
  'let in',
  'revoked',
  'pool broken',
  'errors 500',
  '503 without Retry-After',
]

const COLUMNS: readonly Count[] = [
  'asked',
  'confirmed',
  'logins',
  'refreshes',
  'retried',
  'begun anew',
  ...FORBIDDEN,
]

/** Seconds from when the fault is over until all is well. */
const WELL_WITHIN = 5

export type Tally = {
  /** From now on everything is counted under this fault. */
  enter(fault: string): void
  /** The fault that everything is counted under. */
  fault(): string
  count(what: Count, detail?: string): void
  well(seconds: number): void
  /** The table, and what is wrong: nothing, where that is empty. */
  verdict(): { readonly table: string; readonly wrong: readonly string[] }
}

export function newTally(): Tally {
  const faults = new Map<string, Map<Count, number>>()
  const slowest = new Map<string, number>()
  const details: string[] = []
  let current = 'none'
  const add = (what: Count, fault = current) => {
    const counts = faults.get(fault) ?? new Map<Count, number>()
    counts.set(what, (counts.get(what) ?? 0) + 1)
    faults.set(fault, counts)
  }
  return {
    enter(fault) {
      current = fault
    },
    fault: () => current,
    count(what, detail) {
      add(what)
      if (FORBIDDEN.includes(what)) details.push(`${what} under "${current}"${detail ? `: ${detail}` : ''}`)
    },
    well(seconds) {
      slowest.set(current, Math.max(seconds, slowest.get(current) ?? 0))
      if (seconds > WELL_WITHIN) details.push(`"${current}" was well only after ${seconds.toFixed(1)} s`)
    },
    verdict() {
      const rows = [...faults].map(([fault, counts]) => [
        fault,
        ...COLUMNS.map((column) => String(counts.get(column) ?? 0)),
        slowest.get(fault)?.toFixed(1) ?? '',
      ])
      const sum = (column: Count) =>
        [...faults.values()].reduce((all, counts) => all + (counts.get(column) ?? 0), 0)
      const head = ['fault', ...COLUMNS, 'well after s']
      const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
      return {
        table: [head, head.map(() => '---'), ...rows, ['sum', ...COLUMNS.map(sum).map(String), '']]
          .map(line)
          .join('\n'),
        wrong: details,
      }
    },
  }
}
