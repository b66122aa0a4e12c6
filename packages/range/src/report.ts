import type { Outcome, Report, Result } from './range'

const WORDS: Readonly<Record<Outcome, string>> = {
  finding: 'FOUND',
  passed: 'passed',
  skipped: 'skipped',
  undecided: 'UNDECIDED',
}

/** One attack on a line: what came of it, how grave it would be, and what was seen. */
export function line({ id, outcome, severity, detail, gets, reference }: Result): string {
  const seen =
    outcome === 'finding' ? `${detail}\n${' '.repeat(21)}gets ${gets} (${reference})` : (detail ?? '')
  return `${WORDS[outcome].padEnd(10)} ${severity.padEnd(9)} ${id.padEnd(27)} ${seen}`.trimEnd()
}

const count = ({ results }: Report, outcome: Outcome) =>
  results.filter((result) => result.outcome === outcome).length

export function summary(report: Report): string {
  const { results, issuer } = report
  const counts = `${count(report, 'finding')} found, ${count(report, 'passed')} passed, ${count(report, 'skipped')} skipped, ${count(report, 'undecided')} undecided`
  return `${results.length} attacks on ${issuer}: ${counts}`
}

/** 0: everything that is offered withstood; 1: a finding; 2: of something nothing can be said. */
export function exitCode(report: Report): 0 | 1 | 2 {
  if (count(report, 'finding') > 0) return 1
  return count(report, 'undecided') > 0 ? 2 : 0
}
