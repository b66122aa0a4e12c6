import { sql } from 'drizzle-orm'
import { grants, refreshTokens, upstreamTokens } from '@/drizzle/schema/grants'
import type { Sealer } from '@/lib/crypto/seal'
import type { EndedTokens } from '@/lib/oauth/ports/upstream-tokens'
import type { Database } from '@/lib/store/database/database'
import { upstreamTokenContext } from '@/lib/store/database/sealed-contexts'

type Row = Omit<EndedTokens, 'refreshToken'> & { readonly refreshToken: string | null }

/** A grant counts so long, in hours, though it has no refresh token: no access token lives longer. */
const WITHOUT_REFRESH = 24

/**
 * Deletes and returns the tokens of revoked grants. Revoking has committed before this looks, so that of two last
 * grants that are revoked at once the later look sees both as revoked. A grant that was never revoked, but whose
 * refresh tokens have all expired, keeps nothing alive. Decision 0020.
 */
export async function takeEnded(
  db: Database,
  sealer: Sealer,
  limit: number,
  now: Date,
): Promise<readonly EndedTokens[]> {
  const { leaseExpiresAt } = upstreamTokens
  const at = sql.param(now, leaseExpiresAt)
  const rows = await db.execute<Row>(sql`
    with due as (
      select grant_id from ${upstreamTokens}
      where ended_at is not null and (lease_expires_at is null or lease_expires_at <= ${at})
      order by ended_at limit ${limit}::int for update skip locked
    ), taken as (
      delete from ${upstreamTokens} where grant_id in (select grant_id from due)
      returning grant_id, connection_id, access_token, refresh_token
    )
    select taken.grant_id as "grantId", taken.connection_id as "connectionId",
      taken.access_token as "accessToken", taken.refresh_token as "refreshToken",
      ended.server_id as "serverId", ended.user_id as "userId", ended.client_id as "clientId",
      not exists (
        select from ${grants} as other
        join ${upstreamTokens} as held on held.grant_id = other.id
        where other.organization_id = ended.organization_id and other.user_id = ended.user_id
          and held.connection_id = taken.connection_id and held.ended_at is null
          and (other.created_at > ${at}::timestamptz - make_interval(hours => ${WITHOUT_REFRESH}::int)
            or exists (select from ${refreshTokens} as alive
              where alive.grant_id = other.id and alive.expires_at > ${at}))
      ) as "isLast"
    from taken join ${grants} as ended on ended.id = taken.grant_id`)
  return rows.map(({ refreshToken, ...row }) => ({
    ...row,
    accessToken: sealer.open(row.accessToken, upstreamTokenContext(row.grantId, 'access_token')),
    ...(refreshToken !== null && {
      refreshToken: sealer.open(refreshToken, upstreamTokenContext(row.grantId, 'refresh_token')),
    }),
  }))
}
