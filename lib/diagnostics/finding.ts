/** The clients that the doctor knows how to play. */
export const CLIENTS = ['Claude', 'ChatGPT', 'Cursor', 'VS Code', 'MCP Inspector'] as const
export type ClientName = (typeof CLIENTS)[number]

/** Where a finding belongs: in the order in which a login passes through. */
export const GROUPS = ['mcp_server', 'authorization_server', 'clients', 'connection'] as const
export type Group = (typeof GROUPS)[number]

/** `warning`: some client, or some day, will stumble. `problem`: somebody stumbles now. */
export type Verdict = 'ok' | 'warning' | 'problem'

/** One thing that was looked at. Sentences for the operator; of what strangers wrote a short quotation at most. */
export type Finding = {
  readonly group: Group
  /** What was looked at, in a word that programs may rely on: `challenge`. */
  readonly check: string
  readonly verdict: Verdict
  /** Who stumbles over it; absent: everybody, or nobody in particular. */
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
