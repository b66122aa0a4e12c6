/** An entry of the audit log as its page shows it. */
export type AuditRow = {
  readonly sequence: number
  readonly at: Date
  readonly actorKind: string
  readonly actorName: string
  readonly action: string
  readonly targetKind: string
  readonly targetName: string
  readonly detail: Readonly<Record<string, unknown>>
  readonly hash: string
}
