import type { Grant, Server } from '@/lib/oauth/model'
import type { Ports } from '@/lib/oauth/ports/ports'
import type { UpstreamRefresh, UpstreamRemark } from '@/lib/oauth/ports/upstream'
import type { LeasedTokens, RefreshedTokens, UpstreamTokenStatus } from '@/lib/oauth/ports/upstream-tokens'
import { UPSTREAM_RETRY_FIRST, UPSTREAM_RETRY_LAST } from '@/lib/oauth/protocol/lifetimes'
import { passedClaims } from '@/lib/oauth/protocol/passed-claims'
import { upstreamScopes } from '@/lib/oauth/protocol/upstream-scope'
import { refreshedUserClaims } from '@/lib/oauth/protocol/user-claims'
import { neededClaims } from './admission'
import { dismissUpstreamTokens, type EndGrantPorts, endGrant } from './end-grant'
import { insist } from './insist'

export type UpstreamRefreshPorts = Pick<Ports, 'servers'> & EndGrantPorts

/**
 * How often the new tokens are offered to the store: for ten minutes at least. While it is away no one else can have the
 * lease, and the provider may end the session of a user whose old token comes again.
 */
const SAVE_TRIES = 600

/** The lease that allows a refresh, the row as it was seen, and the scope to ask for. */
export type RefreshTask = {
  readonly id: string
  readonly status: UpstreamTokenStatus
  readonly scope: string | undefined
}

/**
 * One upstream refresh, under the lease that makes it the only one. The new tokens are stored before they are used:
 * some identity providers rotate, and end the session when an old token is presented again. No transaction is open
 * during the request, and a process that is killed here only delays the next attempt.
 *
 * @throws StoreUnavailable
 */
export async function refreshUnderLease(
  grant: Grant,
  held: LeasedTokens,
  task: RefreshTask,
  ports: UpstreamRefreshPorts,
): Promise<void> {
  const server = await ports.servers.find(grant.serverId)
  const answer = await ask(grant, held, { scope: task.scope, server }, ports)
  if (answer.outcome === 'refreshed') await keep(grant, task, answer.tokens, ports)
  else if (answer.outcome === 'unavailable') await postpone(grant, task, answer, ports)
  else {
    await endGrant(grant.id, 'upstream_refused', ports, { detail: answer.detail })
    await ports.upstreamTokens.discard(grant.id)
  }
}

type Refreshed = Extract<UpstreamRefresh, { outcome: 'refreshed' }>
type Answer = Exclude<UpstreamRefresh, { outcome: 'refreshed' }> | Kept
type Kept = { readonly outcome: 'refreshed'; readonly tokens: RefreshedTokens }

/**
 * Without a scope in the answer it is the one that was asked for (RFC 6749 §5.1). But not every provider that ignores
 * what was asked says so: a narrowed scope counts only when the answer names it.
 */
async function ask(
  grant: Grant,
  { connectionId, scope: granted, ...held }: LeasedTokens,
  { scope, server }: { readonly scope: string | undefined; readonly server: Server | null },
  ports: UpstreamRefreshPorts,
): Promise<Answer> {
  const whole = granted !== undefined && { scope: granted }
  const names = server ? neededClaims(server) : []
  const user = { ...held, claims: names }
  const kept = ({ tokens, claims }: Refreshed, more: object): Kept => ({
    outcome: 'refreshed',
    tokens: {
      ...tokens,
      ...more,
      ...(claims && {
        passedClaims: passedClaims(server?.passedClaims ?? [], claims, ports.clock(), grant.claims),
      }),
      userClaims: refreshedUserClaims(claims, names, grant.userClaims ?? { sub: held.subject }),
    },
  })
  if (scope !== undefined) {
    const narrowed = await ports.upstream.refresh(connectionId, { ...user, scope })
    if (narrowed.outcome === 'refreshed') {
      const more = granted !== undefined && { grantedScope: granted }
      const inVain = narrowed.tokens.scope !== scope && { unnarrowableTo: scope }
      return kept(narrowed, { ...more, ...inVain })
    }
    if (narrowed.outcome === 'unavailable' && !MAY_BE_THE_SCOPE.includes(narrowed.reason)) return narrowed
  }
  // That a narrower scope is refused says nothing of the session: only a refresh without one may end it.
  const plain = await ports.upstream.refresh(connectionId, {
    ...user,
    ...(granted !== undefined && { granted }),
    ...(server && { scopes: upstreamScopes(server, grant.scope) }),
  })
  if (plain.outcome !== 'refreshed') return plain
  const inVain = scope !== undefined && { unnarrowableTo: scope }
  return kept({ ...plain, tokens: { ...whole, ...plain.tokens } }, { ...inVain })
}

/** The provider answered, and did not like what it was asked for. */
const MAY_BE_THE_SCOPE: readonly UpstreamRemark['reason'][] = ['upstream_scope_rejected', 'upstream_error']

async function keep(
  grant: Grant,
  task: RefreshTask,
  tokens: RefreshedTokens,
  ports: UpstreamRefreshPorts,
): Promise<void> {
  const at = ports.clock()
  await insist(() => ports.upstreamTokens.save(grant.id, task.id, tokens, at), SAVE_TRIES)
  // The grant may have been revoked in between.
  ports.background('upstream revocation', dismissUpstreamTokens(ports))
  if (task.status.failingSince)
    await ports.securityEvents.record({ at, kind: 'upstream_refresh_recovered', ...namesOf(grant) })
}

/** Only the first failure in a row is an event: the others follow from it. */
async function postpone(
  grant: Grant,
  { id, status }: RefreshTask,
  { reason, detail }: UpstreamRemark,
  ports: UpstreamRefreshPorts,
): Promise<void> {
  const now = ports.clock()
  const pause = Math.min(UPSTREAM_RETRY_FIRST * 2 ** Math.min(status.failures, 10), UPSTREAM_RETRY_LAST)
  const retryAt = new Date(now.getTime() + pause * 1000)
  await ports.upstreamTokens.fail(grant.id, id, { now, retryAt })
  if (status.failingSince) return
  await ports.securityEvents.record({
    at: now,
    kind: 'upstream_refresh_failed',
    ...namesOf(grant),
    reason,
    detail,
  })
}

const namesOf = ({ id: grantId, serverId, userId, clientId }: Grant) => ({
  grantId,
  serverId,
  userId,
  clientId,
})
