import { callbackUrl } from '@/lib/oauth/protocol/urls'
import type { TimelineEvent } from '@/lib/oauth/timeline'

/** A timeline's line as it is stored. */
type StoredLine = Omit<TimelineEvent, 'at'> & { readonly at: string }

/** What is known of an authorization request that is not under way any more. */
export type QuietRequest = {
  readonly expiresAt: Date
  /** Absent while the user is asked for consent. */
  readonly consentedAt?: Date
  /** Where the user was sent to. */
  readonly connectionId?: string
  readonly outcome?: string
}

/**
 * The last line of a login that went to the identity provider and never came back. No request marks that moment, so it
 * is not stored: whatever shows a timeline adds it.
 *
 * @param publicUrl our origin
 * @returns undefined when the login ended otherwise, is in progress, or never went there
 */
export function abandonedEvent(request: QuietRequest, publicUrl: string, now: Date): StoredLine | undefined {
  const { outcome, expiresAt, consentedAt, connectionId } = request
  if (outcome !== undefined || expiresAt > now || !consentedAt || connectionId === undefined) return undefined
  return {
    at: expiresAt.toISOString(),
    step: 'upstream',
    outcome: 'failed',
    reason: 'upstream_never_returned',
    detail: `Nothing came back from the identity provider. The callback URL to register there is ${callbackUrl(publicUrl, connectionId)}`,
  }
}
