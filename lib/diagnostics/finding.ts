/** The clients that the doctor knows how to play. */
export const CLIENTS = ['Claude', 'ChatGPT', 'Cursor', 'VS Code', 'MCP Inspector'] as const
export type ClientName = (typeof CLIENTS)[number]

/** Where a finding belongs: in the order in which a login passes through. */
export const GROUPS = ['mcp_server', 'authorization_server', 'clients', 'connection'] as const
export type Group = (typeof GROUPS)[number]

/** `warning`: a client may fail, or will at some time. `problem`: clients fail now. */
export type Verdict = 'ok' | 'warning' | 'problem'

/** One result. Sentences for the operator; at most a short quotation of untrusted text. */
export type Finding = {
  readonly group: Group
  /** What was looked at, in a word that programs may rely on: `challenge`. */
  readonly check: string
  readonly verdict: Verdict
  /** Affected clients; absent: all, or none in particular. */
  readonly clients?: readonly ClientName[]
  readonly what: string
  /** How to mend it; absent where nothing is to be mended. */
  readonly remedy?: string
}

/** What a group of checks says, without the group's name in every line. */
export function findingsOf(group: Group) {
  return {
    ok: (check: string, what: string): Finding => ({ group, check, verdict: 'ok', what }),
    warning: (check: string, what: string, remedy: string, clients?: readonly ClientName[]): Finding => ({
      group,
      check,
      verdict: 'warning',
      ...(clients && { clients }),
      what,
      remedy,
    }),
    problem: (check: string, what: string, remedy: string, clients?: readonly ClientName[]): Finding => ({
      group,
      check,
      verdict: 'problem',
      ...(clients && { clients }),
      what,
      remedy,
    }),
  }
}
