import type { Finding } from './finding'

/** Which steps of protecting an MCP server can be seen to be done. */
export type StepsDone = { readonly metadata: boolean; readonly verify: boolean }

/** What the doctor found at an MCP server, by step. */
export function stepsIn(findings: readonly Finding[]): StepsDone {
  const isFine = (check: string) =>
    findings.some((finding) => finding.check === check && finding.verdict !== 'problem')
  return {
    metadata: ['refusal', 'challenge', 'resource', 'authorization_servers'].every(isFine),
    verify: isFine('token'),
  }
}
