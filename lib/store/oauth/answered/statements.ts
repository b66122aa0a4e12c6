import { type SQL, sql } from 'drizzle-orm'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { assertionIds } from '@/drizzle/schema/client-documents'
import { grantChecks, grants, refreshTokens } from '@/drizzle/schema/grants'
import { instances } from '@/drizzle/schema/instances'
import { REDEEMED_WITHIN } from '@/lib/oauth/protocol/lifetimes'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

/**
 * Something that is spent: a code, a refresh token, the id of an assertion or a login attempt, by the hash in its row; and
 * the instance that it is marked with.
 */
export type Spent = {
  readonly what: 'code' | 'refresh_token' | 'assertion' | 'attempt'
  readonly hash: string
  readonly instance: string
}

/** What an instance writes of its own answers. */
export function answerStatements(db: Database) {
  return guarded({
    async register(id: string) {
      await db.execute(sql`insert into ${instances} (id, answered_until)
        values (${id}, pg_catalog.clock_timestamp()) on conflict do nothing`)
    },
    async report(id: string, until: Date) {
      await db.execute(sql`update ${instances}
        set answered_until = greatest(answered_until, ${until.toISOString()}::timestamptz) where id = ${id}`)
    },
    async giveBack(spent: Spent, begun: Date) {
      await db.execute(giveBackStatement(spent, begun))
    },
  })
}

/** The other instances that answer for the rotation of a refresh token. */
export const othersThan = (instance: string): SQL =>
  sql`array_remove(string_to_array(token.rotated_by, ' '), ${instance}::text)`

/**
 * Nobody got the answer: the login attempt, code or token is unspent again. The successor or first token stays, and is
 * returned again. A refresh token for which another instance answers as well is left to that.
 *
 * @param begun what was spent before, a code or token that came again within the grace, stays as it is
 */
function giveBackStatement({ what, hash, instance }: Spent, begun: Date): SQL {
  const since = sql`${begun.toISOString()}::timestamptz`
  if (what === 'attempt')
    return sql`update ${authorizationRequests}
      set state_hash = taken_state_hash, taken_state_hash = null, taken_at = null, taken_by = null
      where taken_state_hash = ${hash} and taken_by = ${instance} and ended_at is null`
  if (what === 'refresh_token')
    return sql`update ${refreshTokens} as token
      set rotated_by = nullif(array_to_string(${othersThan(instance)}, ' '), ''),
        rotated_at = case when cardinality(${othersThan(instance)}) > 0 then token.rotated_at end
      where hash = ${hash} and ${instance} = any(string_to_array(rotated_by, ' ')) and rotated_at >= ${since}`
  if (what === 'assertion')
    return sql`delete from ${assertionIds} where id_hash = ${hash} and spent_by = ${instance}`
  return sql`with back as (
      update ${grants} set redeemed_at = null, redeemed_by = null
      where code_hash = ${hash} and redeemed_by = ${instance} and redeemed_at >= ${since} and revoked_at is null
      returning id
    ) insert into ${grantChecks} (grant_id, check_at)
    select id, clock_timestamp() + make_interval(secs => ${REDEEMED_WITHIN}::int) from back
    on conflict (grant_id) do update set check_at = excluded.check_at`
}
