/** Security events of the core, and what the audit log keeps. The same terms as in `ports.ts`. */
import type { ReasonCode } from '@/lib/oauth/timeline'

/** Why a grant ended. */
export type RevocationReason =
  | 'code_replayed'
  | 'refresh_token_reused'
  | 'revoked_by_operator'
  | 'revoked_by_user'
  | 'revoked_by_client'
  | 'client_deleted'
  | 'upstream_refused'
  | 'upstream_login_old'
  | 'code_never_issued'
  | 'access_refused'
  | `provider_${'logout' | 'deprovisioned' | 'signal'}`

export type SecurityEventReason = RevocationReason | Extract<ReasonCode, `upstream_${string}`>

export type SecurityEventKind =
  | 'grant_revoked'
  | 'token_handed_off'
  | 'client_waiting'
  | 'upstream_refresh_failed'
  | 'upstream_refresh_recovered'
  | 'upstream_revoked'
  | 'upstream_revocation_failed'

/** Something an auditor asks about. Never holds a secret. */
export type SecurityEvent = {
  readonly at: Date
  readonly serverId: string
  readonly kind: SecurityEventKind
  readonly grantId?: string
  readonly userId?: string | undefined
  /** `client_id` on the wire. */
  readonly clientId?: string
  /** Why. */
  readonly reason?: SecurityEventReason
  /** A detail for the operator: a sentence of ours; never a token, secret or raw upstream text. */
  readonly detail?: string
}

export type SecurityEvents = {
  /** Keeps the event for good. */
  record(event: SecurityEvent): Promise<void>
}

/** What happened, as an organization's audit log keeps it. Never holds a secret. */
export type AuditEntry = {
  /** The id of an organization, or `installation`. */
  readonly chain: string
  readonly at: Date
  readonly actorKind: string
  readonly actorId?: string
  readonly actorName: string
  /** A noun and a past participle: `connection.updated`. */
  readonly action: string
  readonly targetKind: string
  readonly targetId?: string
  readonly targetName: string
  readonly detail: Readonly<Record<string, unknown>>
}
