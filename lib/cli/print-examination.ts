import { reportOf, type SaidExamination } from '@/lib/diagnostics/examination'
import type { Group } from '@/lib/diagnostics/finding'
import type { SaidFinding } from '@/lib/diagnostics/said-finding'
import { printable } from './printable'

const GROUP_NAMES: Readonly<Record<Group, string>> = {
  mcp_server: 'The MCP server',
  authorization_server: 'Vestibule, from outside',
  clients: 'The clients',
  connection: 'The identity provider',
}

const MARKS: Readonly<Record<SaidFinding['verdict'], string>> = {
  ok: 'ok      ',
  warning: 'warning ',
  problem: 'PROBLEM ',
}

/** What the doctor found, for people to read. */
export function printExamination(examination: SaidExamination): string {
  const { server, resource, issuer, findings } = examination
  const count = (verdict: SaidFinding['verdict']) =>
    findings.filter((finding) => finding.verdict === verdict).length
  const [problems, warnings] = [count('problem'), count('warning')]
  const parts = reportOf(examination).groups.map(({ group, findings: inGroup }) =>
    [GROUP_NAMES[group], ...inGroup.map(printFinding)].join('\n'),
  )
  return [
    `${server}: ${resource}, logs in at ${issuer}`,
    ...parts,
    `${problems} problem${problems === 1 ? '' : 's'}, ${warnings} warning${warnings === 1 ? '' : 's'}.`,
  ].join('\n\n')
}

function printFinding({ verdict, check, clients, what, remedy }: SaidFinding): string {
  const who = clients ? ` [${clients.join(', ')}]` : ''
  const line = `  ${MARKS[verdict]}${printable(what)}${who}${verdict === 'ok' ? '' : ` (${check})`}`
  return remedy ? `${line}\n          ${printable(remedy)}` : line
}
