import { type SQL, sql } from 'drizzle-orm'
import { grants, refreshTokens, upstreamTokens } from '@/drizzle/schema/grants'
import { ACCESS_TOKEN_MAX_LIFETIME, LEFTOVER_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import { batchOf, nextRows, type Position } from './rules'

/** What goes, for the operator. */
export const UPSTREAM_CHORE = 'upstream tokens of grants that are over'

/**
 * Deletes upstream tokens of grants that are over, for a day: without a refresh token that could still be used. Nothing
 * marks their row when that happens. So each row says when to look: at first at once, and then when the grant's last
 * token will have been expired for a day, if it is not refreshed meanwhile.
 */
export function visitUpstreamTokens(now: Date, position: Position, limit: number): SQL {
  const time = sql`${now.toISOString()}::timestamptz`
  const after = (seconds: number) => sql`make_interval(secs => ${seconds}::int)`
  const { grantId, checkAt } = upstreamTokens
  const walk = { table: upstreamTokens, key: grantId.name, column: checkAt.name }
  // Without refresh tokens, the last access token is as old as the grant; with them, as their last exchange.
  const over = sql`greatest(
    given.created_at + ${after(LEFTOVER_LIFETIME + ACCESS_TOKEN_MAX_LIFETIME)},
    (select max(expires_at) from (
      select expires_at from ${refreshTokens} where grant_id = given.id offset 0
    ) as refresh) + ${after(LEFTOVER_LIFETIME)}
  )`
  const until = sql`case when given.revoked_at is null then ${over} else given.revoked_at + ${after(LEFTOVER_LIFETIME)} end`
  return sql`
    with seen as materialized (${nextRows(walk, sql`check_at <= ${time}`, position, limit)}), judged as materialized (
      select token.grant_id as key, (select ${until} from ${grants} as given where given.id = token.grant_id) as until
      from ${upstreamTokens} as token
      where token.grant_id = any(array(select key from seen)) for update skip locked
    ), deleted as (
      delete from ${upstreamTokens} where grant_id = any(array(select key from judged where until <= ${time})) returning 1
    ), put_off as (
      update ${upstreamTokens} as token
      set check_at = (select ${until} from ${grants} as given where given.id = token.grant_id)
      where token.grant_id = any(array(select key from judged where until > ${time}))
    )
    ${batchOf(sql`deleted`, sql`judged`)}`
}
