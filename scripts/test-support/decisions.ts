import path from 'node:path'

export type Decision = {
  /** `0006` */
  readonly number: string
  readonly file: string
  readonly title: string
  readonly status: string
  /** Numbers of earlier records that were merged into this one. */
  readonly takesIn: readonly string[]
}

const RECORD = /^# (\d{4}): (.+)\n\nStatus: (\w+)\.(?: Takes in ([\d, and]+)[^.\n]*\.)?[^\n]*\n/

/** The decision in a record, or null when its head is not as the index of decisions says. */
export function readDecision(file: string, text: string): Decision | null {
  const [, number = '', title = '', status = '', others = ''] = RECORD.exec(text) ?? []
  if (!number || !path.basename(file).startsWith(`${number}-`)) return null
  return { number, file, title, status, takesIn: others.match(/\d{4}/g) ?? [] }
}

/** The table of the index. */
export function decisionTable(decisions: readonly Decision[]): string {
  const rows = decisions.map(
    ({ number, file, title, status, takesIn }) =>
      `| [${number}](${path.basename(file)}) | ${title} | ${status} | ${takesIn.join(', ')} |`,
  )
  return ['| number | decision | status | takes in |', '|---|---|---|---|', ...rows].join('\n')
}

/** Numbers that a text cites, as in `decision 0006`. */
export const citations = (text: string): readonly string[] =>
  [...text.matchAll(/\bdecision (\d{4})\b/gi)].map(([, number = '']) => number)

/** A document with another text between `<!-- name:begin -->` and `<!-- name:end -->`. */
export function withBlock(document: string, name: string, block: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`]
  const [before, rest] = document.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined) throw new Error(`no block ${name}`)
  return `${before}${begin}\n${block}\n${end}${after}`
}
