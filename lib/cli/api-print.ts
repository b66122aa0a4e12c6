import { printable } from './printable'

type Json = Readonly<Record<string, unknown>>

/** A list as a table, whose columns are as wide as what stands in them. */
export function printTable(items: readonly Json[], columns: readonly string[]): string {
  if (items.length === 0) return 'none'
  const rows = [
    columns.map((column) => column.split('.')[0]?.toUpperCase() ?? ''),
    ...items.map((item) => columns.map((column) => shown(memberOf(item, column)))),
  ]
  const widths = columns.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)))
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** One thing, a line for each of its members. */
export function printThing(thing: Json): string {
  const width = Math.max(...Object.keys(thing).map((name) => name.length))
  return Object.entries(thing)
    .map(([name, value]) => `${name.padEnd(width)}  ${shown(value)}`)
    .join('\n')
}

/** What the API says is wrong: a line for each mistake. */
export function printProblem(problem: Json): string {
  const { title, detail, errors } = problem
  const lines = (Array.isArray(errors) ? (errors as readonly Json[]) : []).map(
    ({ pointer, parameter, detail: mistake }) =>
      `  ${shown(pointer || parameter || 'body')}: ${shown(mistake)}`,
  )
  return [`${shown(title)}: ${shown(detail)}`, ...lines].join('\n')
}

function memberOf(item: Json, column: string): unknown {
  return column.split('.').reduce<unknown>((value, name) => (value as Json | undefined)?.[name], item)
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return ''
  return printable(typeof value === 'string' ? value : JSON.stringify(value))
}
