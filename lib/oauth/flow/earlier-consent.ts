/**
 * When an earlier consent covers a request. Pure rules, which the stores also apply inside their transaction. Decision
 * 0027.
 */

import type { AuthorizationRequest, Client } from '@/lib/oauth/model'
import type { EarlierConsent } from '@/lib/oauth/ports/consent'
import { redirectKind } from '@/lib/oauth/protocol/redirect-uri'
import { intersect, isSubset } from '@/lib/oauth/protocol/scope'

type Asked = Pick<AuthorizationRequest, 'scope' | 'rememberedFor' | 'assumedScope'>

/**
 * Whether a client is known well enough to be let through without the page. Who answers at a loopback address or a
 * private-use scheme cannot be known (RFC 8252 §8.6), and the name of a client that registered itself is its own claim.
 */
export function mayBeRemembered(client: Client, redirectUri: string): boolean {
  return client.kind === 'metadata_document' && redirectKind(redirectUri) === 'https'
}

/** Whether the recorded answer covers all that is asked for now. */
export function answersAll(earlier: EarlierConsent | null, asked: Pick<Asked, 'scope'>): boolean {
  return earlier?.answered != null && isSubset(asked.scope, earlier.answered)
}

/**
 * Whether what a login was allowed by holds for the user who logged in: a remembered answer is that user's own, and
 * what the page showed as allowed before was allowed by that user.
 */
export function consentHolds(asked: Asked, userId: string, earlier: EarlierConsent | null): boolean {
  if (asked.rememberedFor) return asked.rememberedFor === userId && answersAll(earlier, asked)
  return isSubset(intersect(asked.scope, asked.assumedScope ?? []), earlier?.granted ?? [])
}

/**
 * What is asked for now and what was granted earlier, as far as the client may still have it: step-up never narrows.
 * But `openid` asks for an ID token about this login, which strict clients refuse unasked (OIDC Core §3.1.2.1).
 */
export function unitedScope(
  asked: Pick<Asked, 'scope'>,
  earlier: EarlierConsent | null,
  grantable: readonly string[],
): readonly string[] {
  const kept = intersect(grantable, earlier?.granted ?? []).filter((name) => name !== 'openid')
  return [...new Set([...asked.scope, ...kept])]
}
