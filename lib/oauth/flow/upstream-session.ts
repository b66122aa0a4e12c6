/**
 * Keeps a user's upstream session alive: refreshes only when the upstream token has expired and is needed. Of any
 * number of callers, in any number of processes, one refreshes; the others wait a few seconds for its result. Decision
 * 0029.
 */
import type { Grant, Server } from '@/lib/oauth/model'
import type { Ports } from '@/lib/oauth/ports/ports'
import type { UpstreamTokenStatus } from '@/lib/oauth/ports/upstream-tokens'
import { hasAccessRules } from '@/lib/oauth/protocol/access-rules'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import { UPSTREAM_LEASE, UPSTREAM_MAX_AGE, UPSTREAM_PATIENCE } from '@/lib/oauth/protocol/lifetimes'
import { isWithinScope, narrowScope } from '@/lib/oauth/protocol/upstream-scope'
import { type EndGrantPorts, endGrant } from './end-grant'
import { refreshUnderLease, type UpstreamRefreshPorts } from './upstream-refresh'

export type UpstreamSessionPorts = Pick<Ports, 'secrets'> & EndOldLoginPorts & UpstreamRefreshPorts
type EndOldLoginPorts = Pick<Ports, 'connections'> & EndGrantPorts

/** Requirements for the upstream access token. */
export type UpstreamNeed = {
  /** Seconds for which it must still be good. */
  readonly margin: number
  /** Scopes that it must not exceed; absent: it may be anything. */
  readonly allowed?: readonly string[]
  /** Seconds after which it is renewed in any case, if it can be. */
  readonly maxAge?: number
}

/** `status` is null when there are no upstream tokens, or the grant has ended. */
export type UpstreamSession = {
  readonly status: UpstreamTokenStatus | null
  /** The tokens came while the caller waited, and with them what the grant knows of its user. */
  readonly isNew?: boolean
  /** The need is not met, because the identity provider did not answer (in time), or cannot be asked at all. */
  readonly problem?: 'unavailable' | 'unrenewable'
}

/**
 * Makes sure that the upstream access token meets a need, and refreshes it otherwise. When the identity provider
 * refuses, the grant is revoked. Waits {@link UPSTREAM_PATIENCE} at most; a slower refresh continues without the
 * caller, and its result is stored.
 *
 * @throws StoreUnavailable
 */
export async function keepUpstreamSession(
  grant: Grant,
  need: UpstreamNeed,
  ports: UpstreamSessionPorts,
): Promise<UpstreamSession> {
  const deadline = ports.clock().getTime() + UPSTREAM_PATIENCE * 1000
  const first = await ports.upstreamTokens.status(grant.id)
  for (let status = first; status; status = await ports.upstreamTokens.status(grant.id)) {
    const now = ports.clock()
    const isNew = status.revision !== first?.revision && !status.failingSince
    if (isMet(status, need, isNew, now)) return { status, isNew }
    if (!status.renewable) return { status, problem: 'unrenewable' }
    const isPaused = status.retryAt !== undefined && status.retryAt > now
    if (isPaused || now.getTime() >= deadline) return { status, problem: 'unavailable' }
    await refreshOrWait(grant, status, need, deadline, ports)
  }
  return { status: null }
}

/** @param isNew it has come while we waited, and is as fresh as it gets */
function isMet(status: UpstreamTokenStatus, need: UpstreamNeed, isNew: boolean, now: Date): boolean {
  const isGood = !status.expiresAt || status.expiresAt > endOfNeed(status, need, now)
  const isFresh = isNew || (isGood && !(status.renewable && isUpstreamOld(status.updatedAt, need, now)))
  return isFresh && (!need.allowed || isWithinScope(status.scope, need.allowed) || !narrowing(status, need))
}

/** Whether access rules ask for what is not known of the user, since the grant is older than they. */
export const lacksClaims = (server: Server, grant: Pick<Grant, 'userClaims'>): boolean =>
  grant.userClaims === undefined && hasAccessRules(server)

/** The server's upper age, for a need. */
export function maxAgeOf(server: Server, grant: Pick<Grant, 'userClaims'>): Pick<UpstreamNeed, 'maxAge'> {
  if (lacksClaims(server, grant)) return { maxAge: 0 }
  return server.upstreamMaxAge === undefined ? {} : { maxAge: server.upstreamMaxAge }
}

/** Whether what the identity provider said is older than the operator wants it to be. */
export const isUpstreamOld = (
  updatedAt: Date,
  { maxAge = UPSTREAM_MAX_AGE }: Pick<UpstreamNeed, 'maxAge'>,
  now: Date,
): boolean => updatedAt.getTime() + maxAge * 1000 <= now.getTime()

/** Whether a login that nothing can be asked about again is older than the operator of the server allows, if any age is set. */
export const isLoginOld = ({ upstreamMaxAge: maxAge }: Server, loggedInAt: Date, now: Date): boolean =>
  maxAge !== undefined && isUpstreamOld(loggedInAt, { maxAge }, now)

/**
 * Ends a grant whose user has to sign in again, since a SAML identity provider says nothing of them in between. Others
 * can be had to give a refresh token, and accounts of our own end with themselves. Decision 0126.
 *
 * @throws StoreUnavailable
 */
export async function endOldLogin(
  grant: Grant,
  { renewable, updatedAt }: UpstreamTokenStatus,
  server: Server,
  ports: EndOldLoginPorts,
): Promise<boolean> {
  if (renewable || !isLoginOld(server, updatedAt, ports.clock())) return false
  const connection = await ports.connections.find(server.connectionId)
  if (connection?.type !== 'saml') return false
  await endGrant(grant.id, 'upstream_login_old', ports)
  return true
}

export const loginOver = () =>
  new OAuthError('invalid_grant', 'the login is older than this server allows: sign in again')

/** At most half of a token's life ahead, or one with a short life would be refreshed at every use. */
function endOfNeed({ expiresAt, updatedAt }: UpstreamTokenStatus, { margin }: UpstreamNeed, now: Date): Date {
  const lifetime = (expiresAt?.getTime() ?? 0) - updatedAt.getTime()
  return new Date(now.getTime() + Math.min(margin * 1000, Math.max(lifetime / 2, 0)))
}

/** The scope to ask for; undefined when that is not needed, or known to be in vain. */
function narrowing(status: UpstreamTokenStatus, need: UpstreamNeed): string | undefined {
  const whole = status.grantedScope ?? status.scope
  if (!need.allowed || isWithinScope(whole, need.allowed)) return undefined
  const narrow = narrowScope(whole, need.allowed)
  return narrow && narrow !== status.unnarrowableTo ? narrow : undefined
}

async function refreshOrWait(
  grant: Grant,
  status: UpstreamTokenStatus,
  need: UpstreamNeed,
  deadline: number,
  ports: UpstreamSessionPorts,
): Promise<void> {
  const now = ports.clock()
  const lease = { id: ports.secrets.id(), until: new Date(now.getTime() + UPSTREAM_LEASE * 1000) }
  const held = await ports.upstreamTokens.lease(grant.id, status.revision, lease, now)
  if (!held) return waitForOther(status, deadline, ports)
  const work = refreshUnderLease(grant, held, { id: lease.id, status, scope: narrowing(status, need) }, ports)
  ports.background('upstream refresh', work)
  await atMost(work, deadline - ports.clock().getTime())
}

/** Until the holder of the lease has stored a result, or its lease ends. */
async function waitForOther(
  before: UpstreamTokenStatus,
  deadline: number,
  ports: UpstreamSessionPorts,
): Promise<void> {
  for (let pause = 50; ports.clock().getTime() < deadline; pause = Math.min(2 * pause, 400)) {
    const status = await ports.upstreamTokens.status(before.grantId)
    if (!status || status.revision !== before.revision) return
    if (!status.leasedUntil || status.leasedUntil <= ports.clock()) return
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}

/** Waits for work, but not longer than so many milliseconds. */
async function atMost(work: Promise<unknown>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(milliseconds, 0))
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
