/** Access rules as rows of a form: what most rules are. Others are shown as they are written in a file. */
import { parse, stringify } from 'yaml'
import { invalid } from '@/lib/configuration/mistakes'
import { condition as conditionSchema } from '@/lib/configuration/schema/access'
import type { ClaimValue, Condition } from '@/lib/oauth/protocol/access-rules'

export const COMPARISONS = ['contains', 'equals', 'in', 'domain', 'not_contains', 'not_equals'] as const

export type Row = {
  readonly claim: string
  readonly comparison: (typeof COMPARISONS)[number]
  readonly value: string
}

/** A condition as rows of which all or any have to hold. */
export type Rows = { readonly join: 'all' | 'any'; readonly rows: readonly Row[] }

/** Between the values of one row: names of groups have spaces and commas in them. */
const BETWEEN = ';'

/** A condition as a form shows it: in rows, or as it stands in a file. */
export type ConditionView = {
  readonly join?: Rows['join']
  readonly rows: readonly Row[]
  readonly written?: string
  /** What a row may compare by. */
  readonly comparisons: readonly Row['comparison'][]
}

export function viewOf(condition: Condition | undefined): ConditionView {
  const rows = rowsOf(condition)
  if (rows || !condition) return { rows: [], ...rows, comparisons: COMPARISONS }
  return { rows: [], written: writtenOf(condition), comparisons: COMPARISONS }
}

/** Null where rows cannot show it. */
export function rowsOf(condition: Condition | undefined): Rows | null {
  if (!condition) return { join: 'any', rows: [] }
  const [join, list] =
    'all' in condition
      ? (['all', condition.all] as const)
      : (['any', 'any' in condition ? condition.any : [condition]] as const)
  const rows = list.map(rowOf)
  return rows.every((row) => row !== null) ? { join, rows } : null
}

function rowOf(condition: Condition): Row | null {
  if ('not' in condition) {
    const row = rowOf(condition.not)
    if (row?.comparison !== 'contains' && row?.comparison !== 'equals') return null
    return { ...row, comparison: `not_${row.comparison}` }
  }
  if ('all' in condition || 'any' in condition) return null
  const { claim } = condition
  if ('domain' in condition) return { claim, comparison: 'domain', value: condition.domain }
  if ('in' in condition) {
    const values = condition.in.map(String)
    if (values.some((value) => value.includes(BETWEEN) || value.trim() !== value)) return null
    return { claim, comparison: 'in', value: values.join(`${BETWEEN} `) }
  }
  const [comparison, value] =
    'equals' in condition
      ? (['equals', condition.equals] as const)
      : (['contains', condition.contains] as const)
  return isPlain(value) ? { claim, comparison, value: String(value) } : null
}

/** A field gives back what it was filled with, but for white space around it. */
const isPlain = (value: ClaimValue) => String(value).trim() === String(value)

/** What the rows say; undefined where none is filled. */
export function conditionOf({ join, rows }: Rows): Condition | undefined {
  const conditions = rows.filter(({ claim, value }) => claim !== '' || value !== '').map(conditionOfRow)
  const [first, ...others] = conditions
  if (!first || others.length === 0) return first
  return join === 'all' ? { all: conditions } : { any: conditions }
}

function conditionOfRow({ claim, comparison, value }: Row): Condition {
  switch (comparison) {
    case 'domain':
      return { claim: 'email', domain: value.replace(/^@/, '') }
    case 'in': {
      const values = value.split(BETWEEN).map((one) => one.trim())
      return { claim, in: values.filter(Boolean) }
    }
    case 'equals':
      return { claim, equals: value }
    case 'not_equals':
      return { not: { claim, equals: value } }
    case 'not_contains':
      return { not: { claim, contains: value } }
    case 'contains':
      return { claim, contains: value }
  }
}

/** As it stands in a file. */
export const writtenOf = (condition: Condition): string => stringify(condition, { lineWidth: 0 })

/**
 * @param field where it is written
 * @throws InvalidInput
 */
export function readWritten(text: string, field: string): Condition | undefined {
  if (text.trim() === '') return undefined
  const read = conditionSchema.safeParse(parsed(text))
  if (!read.success) throw invalid(field, 'not_a_condition')
  return read.data
}

function parsed(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 })
  } catch {
    return null
  }
}
