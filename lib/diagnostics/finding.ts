import type { FindingCode, Values } from '@/lib/messages/findings/say'

/** The clients that the doctor knows how to play. */
export const CLIENTS = ['Claude', 'ChatGPT', 'Cursor', 'VS Code', 'MCP Inspector'] as const
export type ClientName = (typeof CLIENTS)[number]

/** Where a finding belongs: in the order in which a login passes through. */
export const GROUPS = ['mcp_server', 'authorization_server', 'clients', 'connection'] as const
export type Group = (typeof GROUPS)[number]

/** `warning`: a client may fail, or will at some time. `problem`: clients fail now. */
export type Verdict = 'ok' | 'warning' | 'problem'

/** One result. Its sentences are in `lib/messages/findings`. */
export type Finding = {
  readonly group: Group
  /** What was looked at, in a word that programs may rely on: `challenge`. */
  readonly check: string
  readonly verdict: Verdict
  /** Affected clients; absent: all, or none in particular. */
  readonly clients?: readonly ClientName[]
  readonly code: FindingCode
  /** Of what others wrote, a short quotation at most. */
  readonly values?: Values
}

/** Makes the findings of a group. */
export function findingsOf(group: Group) {
  const make =
    (verdict: Verdict) =>
    (check: string, code: FindingCode, values?: Values, clients?: readonly ClientName[]): Finding => ({
      group,
      check,
      verdict,
      ...(clients && { clients }),
      code,
      ...(values && { values }),
    })
  return { ok: make('ok'), warning: make('warning'), problem: make('problem') }
}
