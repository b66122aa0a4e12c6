/** Why a step of a login ended as it did: what the operator reads. One list, so that it can be counted. */
export type ReasonCode =
  | 'ok'
  | 'unknown_client'
  | 'client_document_unreachable'
  | 'client_document_invalid'
  | 'client_not_allowed'
  | 'client_changed'
  | 'client_deleted'
  | 'client_blocked'
  | 'client_waiting'
  | 'user_blocked'
  | 'access_refused'
  | 'access_claims_overage'
  | 'redirect_uri_mismatch'
  | 'invalid_request'
  | 'store_unavailable'
  | 'denied_by_user'
  | 'login_required'
  | 'consent_required'
  | 'consent_lapsed'
  | 'form_forged'
  | 'state_unknown'
  | 'state_other_browser'
  | 'request_over'
  | 'upstream_unreachable'
  | 'upstream_certificate_invalid'
  | 'upstream_denied'
  | 'upstream_never_returned'
  | 'upstream_callback_rejected'
  | 'upstream_scope_rejected'
  | 'upstream_error'
  | 'upstream_client_rejected'
  | 'upstream_response_invalid'
  | 'upstream_nonce_mismatch'
  | 'upstream_audience_mismatch'
  | 'upstream_issuer_mismatch'
  | 'upstream_signature_invalid'
  | 'upstream_token_expired'
  | 'upstream_clock_skew'
  | 'upstream_no_refresh_token'
  | 'claims_cut'
  | 'access_scopes_refused'
  | 'upstream_identity_missing'
  | 'upstream_interaction_required'
  | 'upstream_login_stale'
  | 'upstream_signed_out'
  | 'expired'
  | 'code_replayed'
  | 'internal_error'

/** One line of an authorization request's timeline. Never holds a secret. */
export type TimelineEvent = {
  readonly at: Date
  readonly step: 'authorize' | 'consent' | 'decision' | 'upstream' | 'callback' | 'code' | 'token'
  readonly outcome: 'ok' | 'failed'
  readonly reason: ReasonCode
  /** A short sentence for the operator; never a code, token, secret or raw upstream text. */
  readonly detail?: string
  /** The identity provider's own codes for its refusal: `invalid_grant`, `AADSTS50105`. */
  readonly codes?: readonly string[]
}
