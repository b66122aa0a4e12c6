/** Why did it fail: every authorization request with its timeline, for the operator. */

import { remedyFor } from '@/lib/messages/findings/provider-codes'
import type { ReasonCode, TimelineEvent } from '@/lib/oauth/timeline'
import { omitNullish } from '@/lib/omit-nullish'
import {
  LOGIN_OUTCOMES,
  type LoginFilter,
  type LoginOutcome,
  type ManagedLogin,
  type ManagedTimeline,
  managedLoginStore,
} from '@/lib/store/read/logins'
import { NotFound, type OrganizationScope, requirePermission } from '../access'
import { readCursor, writeCursor } from '../grants/cursor'
import { type Listed, listServers, PAGE_SIZE, serverOf } from '../grants/list'
import type { Management } from '../management/management'
import { readBehind } from '../management/replica'
import { abandonedEvent } from './abandoned'
import { REMEDIES } from './remedies'

/** What an operator looks for, as they typed it: what cannot be understood does not count. */
export type LoginWishes = {
  /** Slug. */
  readonly server?: string
  readonly outcome?: string
  readonly reason?: string
  readonly client?: string
  readonly user?: string
  /** Days in UTC, `2026-11-21`, both included. */
  readonly from?: string
  readonly until?: string
  readonly after?: string
  /** How many at the most; otherwise a page of the console. */
  readonly limit?: number
}

export type SeenLogin = Omit<ManagedLogin, 'outcome' | 'consentedAt' | 'connectionId'> & {
  readonly outcome: LoginOutcome
}

/** A line of a timeline, with what to do about it where something is wrong. */
export type ExplainedEvent = TimelineEvent & { readonly remedy?: string }

export type ExplainedLogin = Omit<
  ManagedTimeline,
  'outcome' | 'timeline' | 'consentedAt' | 'connectionId'
> & {
  readonly outcome: LoginOutcome
  readonly timeline: readonly ExplainedEvent[]
}

/** How logins may have ended, and why they may have failed: for choices. */
export const OUTCOMES: readonly LoginOutcome[] = LOGIN_OUTCOMES
export const REASONS: readonly ReasonCode[] = Object.keys(REMEDIES)
  .filter(isReason)
  .filter((reason) => reason !== 'ok')

/**
 * Logins, the newest first.
 *
 * @throws Forbidden
 * @throws NotFound for a server that the organization does not have
 */
export async function listLogins(
  scope: OrganizationScope,
  wishes: LoginWishes,
  management: Management,
): Promise<Listed<SeenLogin>> {
  requirePermission(scope, 'read')
  const servers =
    wishes.server === undefined
      ? await listServers(scope, management)
      : [await serverOf(scope, wishes.server, management)]
  const now = management.ports.clock()
  const after = readCursor(wishes.after)
  const { rows, next } = await readBehind(management, (behind) =>
    managedLoginStore(behind).list(
      scope.organizationId,
      servers.map(({ id }) => id),
      filterOf(wishes),
      { now, limit: wishes.limit ?? PAGE_SIZE, ...(after && { after }) },
    ),
  )
  const cursor = writeCursor(next)
  return {
    rows: rows.map((row) => seen(row, management.publicUrl, now)),
    ...(cursor !== undefined && { next: cursor }),
  }
}

/**
 * One login, with every step.
 *
 * @param reference as the error page shows it; case, dash and misread letters do not matter
 * @throws Forbidden, NotFound
 */
export async function findLogin(
  scope: OrganizationScope,
  reference: string,
  { db, ports, publicUrl }: Management,
): Promise<ExplainedLogin> {
  requirePermission(scope, 'read')
  const found = await managedLoginStore(db).find(scope.organizationId, reference)
  if (!found) throw new NotFound('login')
  const now = ports.clock()
  const { quiet, ...login } = known(found, publicUrl, now)
  const timeline = [...found.timeline, ...(quiet ? [quiet] : [])].map((event) => ({
    ...event,
    at: new Date(event.at),
    ...(event.reason !== 'ok' && { remedy: remedyFor(event, 'en') }),
  }))
  return { ...login, timeline }
}

const seen = (row: ManagedLogin, publicUrl: string, now: Date): SeenLogin => {
  const { quiet, ...login } = known(row, publicUrl, now)
  return login
}

/** What is stored of a login, and what only the passing of time says. */
function known<Row extends ManagedLogin>(row: Row, publicUrl: string, now: Date) {
  const { consentedAt, connectionId, ...login } = row
  const { outcome: ended, expiresAt } = row
  const request = { expiresAt, ...omitNullish({ outcome: ended, consentedAt, connectionId }) }
  const quiet = abandonedEvent(request, publicUrl, now)
  const outcome: LoginOutcome = ended ?? (expiresAt > now ? 'running' : 'abandoned')
  return { ...login, outcome, failure: quiet?.reason ?? row.failure, quiet }
}

function filterOf({ outcome, reason, client, user, from, until }: LoginWishes): LoginFilter {
  const first = dayOf(from)
  const last = dayOf(until)
  const known = LOGIN_OUTCOMES.find((one) => one === outcome)
  const text = (typed: string | undefined) => typed?.replaceAll('\0', '').trim() || undefined
  const [named, person] = [text(client), text(user)]
  return {
    ...(known && { outcome: known }),
    ...(reason !== undefined && isReason(reason) && { reason }),
    ...(named !== undefined && { client: named }),
    ...(person !== undefined && { user: person }),
    ...(first && { from: first }),
    ...(last && { until: new Date(last.getTime() + 24 * 3600 * 1000) }),
  }
}

function dayOf(text: string | undefined): Date | undefined {
  // Postgres has no year 0.
  const day = /^[12]\d{3}-\d\d-\d\d$/.test(text ?? '') ? new Date(`${text}T00:00:00Z`) : undefined
  return day && !Number.isNaN(day.getTime()) ? day : undefined
}

function isReason(text: string): text is ReasonCode {
  return Object.hasOwn(REMEDIES, text)
}
