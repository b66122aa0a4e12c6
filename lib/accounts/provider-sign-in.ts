/**
 * Signing in with an account at an identity provider. Accounts are created only for holders of an invitation to the
 * address that the provider has verified, and no account is linked to an operator by its address alone: only by the
 * operator, while signed in. Decision 0037.
 */
import { randomBytes } from 'node:crypto'
import { NotFound } from '@/lib/access'
import { installationEntry } from '@/lib/audit/audit'
import type { Sealer } from '@/lib/crypto/seal'
import type { Cookie } from '@/lib/http/cookies'
import type { Management } from '@/lib/management/management'
import { acceptInvitation, openInvitation } from '@/lib/members/accept-invitation'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import type { OperatorName } from '@/lib/store/accounts/operator-accounts'
import { operatorLinkStore } from '@/lib/store/accounts/operator-links'
import type { ExternalAccount } from '@/lib/store/accounts/ways-in'
import { recordFailure } from './failed-sign-ins'
import type { OperatorProviders } from './operator-providers'
import { type Attempt, attemptCookie, attemptOf, newAttempt, type Purpose } from './provider-attempt'

/** Why nothing came of it; each is a sentence on the page. */
export type Refused =
  | 'expired'
  | 'cancelled'
  | 'unreachable'
  | 'unknown'
  | 'unverified'
  | 'other_address'
  | 'taken'
  | 'stale'
  | 'closed'

export type ProviderOutcome =
  | {
      readonly kind: 'signed_in'
      readonly operator: OperatorName
      readonly account: ExternalAccount
      readonly goTo: Destination
    }
  | { readonly kind: 'connected' }
  | {
      readonly kind: 'refused'
      readonly reason: Refused
      /** Under which the audit log has it. */
      readonly reference: string
      readonly purpose: Purpose['kind']
    }

/** Slugs and tokens, never addresses. */
export type Destination = { readonly organization?: string; readonly invitation?: string }

/** Who brings the provider's answer. */
export type Visitor = {
  readonly headers: Headers
  /** The signed-in operator; null without a session, or without a recent one. */
  readonly recent: (OperatorName & { readonly sessionId: string }) | null
}

/** Nothing comes of it. */
class NotIn extends Error {
  constructor(readonly reason: Refused) {
    super(reason)
    this.name = 'NotIn'
  }
}

export type ProviderServices = {
  readonly providers: OperatorProviders
  readonly sealer: Sealer
  readonly management: Management
}

/** @returns where the browser goes, with the cookie that ties the answer to it */
export async function beginProviderSignIn(
  provider: string,
  purpose: Purpose,
  { providers, sealer, management }: ProviderServices,
): Promise<{ readonly location: string; readonly cookie: Cookie } | (ProviderOutcome & { kind: 'refused' })> {
  const attempt = newAttempt(provider, purpose, management.ports.clock())
  try {
    const location = await providers.begin(provider, attempt)
    return { location, cookie: attemptCookie(attempt, sealer) }
  } catch (error) {
    return refusal(error, provider, purpose.kind, management)
  }
}

/** Takes what the provider answers at its callback. */
export async function completeProviderSignIn(
  provider: string,
  query: URLSearchParams,
  visitor: Visitor,
  services: ProviderServices,
): Promise<ProviderOutcome> {
  const { sealer, management } = services
  const { publicUrl, ports } = management
  const place = { provider, state: query.get('state'), publicUrl, now: ports.clock() }
  const attempt = attemptOf(visitor, place, sealer)
  try {
    if (!attempt) throw new NotIn('expired')
    return await settle(attempt, query, visitor, services)
  } catch (error) {
    if (attempt) return refusal(error, provider, attempt.purpose.kind, management)
    // Anyone can send a made-up answer: it gets no audit entry.
    return { kind: 'refused', reason: 'expired', reference: '', purpose: 'sign_in' }
  }
}

async function settle(
  attempt: Attempt,
  query: URLSearchParams,
  visitor: Visitor,
  { providers, management }: ProviderServices,
): Promise<ProviderOutcome> {
  const { provider, purpose } = attempt
  const { identity, tokens } = await providers.complete(provider, query, attempt)
  const account = { providerId: identity.identitySource, accountId: identity.subject }
  if (purpose.kind === 'connect') return connect(account, provider, purpose, visitor, management)
  const operator = await operatorLinkStore(management.db).find(account)
  const { invitation } = purpose
  if (operator) return { kind: 'signed_in', operator, account, goTo: { ...(invitation && { invitation }) } }
  if (purpose.kind === 'sign_in') throw new NotIn('unknown')
  const email = await providers.verifiedEmail(provider, identity, tokens.accessToken)
  return join(account, email, purpose.invitation, management)
}

/** Only the operator who began it, in a session that is recent still. */
async function connect(
  account: ExternalAccount,
  provider: string,
  { operatorId }: Purpose & { kind: 'connect' },
  { recent }: Visitor,
  { db, ports }: Management,
): Promise<ProviderOutcome> {
  if (!recent || recent.id !== operatorId) throw new NotIn('stale')
  const entry = installationEntry({ kind: 'operator', id: recent.id, name: recent.email }, ports.clock(), {
    action: 'operator.account_connected',
    targetKind: 'operator',
    targetId: recent.id,
    targetName: recent.email,
    detail: { with: provider },
  })
  const outcome = await operatorLinkStore(db).link(recent, account, entry)
  if (outcome !== 'linked') throw new NotIn(outcome)
  return { kind: 'connected' }
}

/** A new operator, with the link of an invitation to an address that the provider has verified. */
async function join(
  account: ExternalAccount,
  email: string | undefined,
  token: string,
  management: Management,
): Promise<ProviderOutcome> {
  const invitation = await openInvitation(token, management)
  if (!invitation) throw new NotIn('closed')
  if (email === undefined) throw new NotIn('unverified')
  if (email !== invitation.email) throw new NotIn('other_address')
  const accepted = acceptInvitation(token, { kind: 'newcomer', way: account }, management)
  // Where another invitation made the account in the meantime, it signs in, and may join with it.
  const goTo = await accepted.then(
    (organization) => ({ organization }),
    (error: unknown) => {
      if (error instanceof NotFound) return { invitation: token }
      throw error
    },
  )
  const operator = await operatorLinkStore(management.db).find(account)
  if (!operator) throw new NotIn('closed')
  return { kind: 'signed_in', operator, account, goTo }
}

async function refusal(
  error: unknown,
  provider: string,
  purpose: Purpose['kind'],
  { db, log, ports }: Management,
): Promise<ProviderOutcome & { kind: 'refused' }> {
  const { reason, cause } = reasonOf(error)
  const reference = randomBytes(6).toString('hex')
  const stranger = { kind: 'operator', name: 'unknown' } as const
  const entry = installationEntry(stranger, ports.clock(), {
    action: purpose === 'connect' ? 'operator.change_refused' : 'operator.sign_in_failed',
    targetKind: 'operator',
    targetName: 'unknown',
    detail: { with: provider, reason, reference, ...(cause && { cause }) },
  })
  await recordFailure(db, entry)
  log.warn('sign-in with a provider failed', { reference, reason: cause ?? reason })
  return { kind: 'refused', reason, reference, purpose }
}

function reasonOf(error: unknown): { readonly reason: Refused; readonly cause?: string } {
  if (error instanceof NotIn) return { reason: error.reason }
  if (error instanceof UpstreamError) {
    const isAway = ['upstream_unreachable', 'upstream_certificate_invalid'].includes(error.reason)
    return { reason: isAway ? 'unreachable' : 'cancelled', cause: error.reason }
  }
  // Used or withdrawn in the meantime.
  if (error instanceof NotFound) return { reason: 'closed' }
  throw error
}
