import { type SQL, sql } from 'drizzle-orm'
import { grants, refreshTokens, upstreamTokens } from '@/drizzle/schema/grants'
import { ACCESS_TOKEN_MAX_LIFETIME, LEFTOVER_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import type { Database } from '@/lib/store/database/database'
import { newId } from '@/lib/store/database/ids'
import { exists } from './rules'

/** What goes, for the operator. */
export const UPSTREAM_CHORE = 'upstream tokens of grants that are over'

type Visit = { readonly last: string | null; readonly visited: number; readonly deleted: number }

/**
 * Upstream tokens of grants that are over, for a day: revoked, or without a refresh token that could still be used.
 * Nothing marks their row when that happens, so they are visited in turn, some at a time. Each instance goes its own
 * round, from anywhere.
 */
export function upstreamRound(db: Database) {
  let position = newId()

  /** @returns how many were deleted, and whether the round came to its end */
  return async (now: Date, limit: number): Promise<{ readonly deleted: number; readonly end: boolean }> => {
    const [visit] = await db.execute<Visit>(visitUpstreamTokens(position, now, limit))
    if (!visit) throw new Error('a count returned no row')
    const end = visit.visited < limit
    position = end ? '' : (visit.last ?? '')
    return { deleted: visit.deleted, end }
  }
}

export function visitUpstreamTokens(position: string, now: Date, limit: number): SQL {
  const before = (seconds: number) =>
    sql`${new Date(now.getTime() - seconds * 1000).toISOString()}::timestamptz`
  const since = before(LEFTOVER_LIFETIME)
  // Without refresh tokens, the last access token is as old as the grant; with them, as their last exchange.
  const old = before(LEFTOVER_LIFETIME + ACCESS_TOKEN_MAX_LIFETIME)
  const refreshable = sql`select from ${refreshTokens} as refresh
    where refresh.grant_id = given.id and refresh.expires_at > ${since}`
  return sql`
    with visited as (
      select grant_id from ${upstreamTokens} where grant_id > ${position} order by grant_id limit ${limit}::int
    ), over as (
      select token.grant_id from ${upstreamTokens} as token
        join ${grants} as given on given.id = token.grant_id
      where token.grant_id = any(array(select grant_id from visited)) and (
        given.revoked_at <= ${since} or given.created_at <= ${old} and not ${exists(refreshable)}
      )
      for update of token skip locked
    ), deleted as (
      delete from ${upstreamTokens} where grant_id = any(array(select grant_id from over)) returning grant_id
    )
    select max(grant_id) as last, count(*)::int as visited, (select count(*)::int from deleted) as deleted
    from visited`
}
