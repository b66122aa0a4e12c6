import { eq, sql } from 'drizzle-orm'
import { clients } from '@/drizzle/schema/clients'
import { grants, refreshTokens } from '@/drizzle/schema/grants'
import { users } from '@/drizzle/schema/organizations'
import type { RefreshTokens } from '@/lib/oauth/ports/tokens'
import { omitNullish } from '@/lib/omit-nullish'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { grantColumns, toGrant } from './grants'

/** Refresh tokens in Postgres. Decision 0006. */
export function refreshTokenStore(db: Database): RefreshTokens {
  return guarded({
    async find(hash) {
      const [row] = await db
        .select({ token: refreshTokens, grant: grantColumns })
        .from(refreshTokens)
        .innerJoin(grants, eq(grants.id, refreshTokens.grantId))
        .where(eq(refreshTokens.hash, hash))
      return row ? { token: omitNullish(row.token), grant: toGrant(row.grant) } : null
    },

    async rotate(hash, successor, { now, graceStart }) {
      const { rotatedAt, issuedAt, expiresAt } = refreshTokens
      // Concurrent callers queue at the row; each then sees the first one's time, and its successor.
      const rows = await db.execute(sql`
        with rotated as (
          update ${refreshTokens} as token
          set rotated_at = coalesce(token.rotated_at, ${sql.param(now, rotatedAt)})
          from ${grants} as family
          where token.hash = ${hash}
            and token.expires_at > ${sql.param(now, expiresAt)}
            and (token.rotated_at is null or token.rotated_at > ${sql.param(graceStart, rotatedAt)})
            and family.id = token.grant_id
            and family.revoked_at is null
            and not exists (select from ${clients} as client where client.id = family.client_row_id and client.blocked_at is not null)
            and not exists (select from ${users} as person where person.id = family.user_id and person.blocked_at is not null)
          returning token.grant_id
        ), stored as (
          insert into ${refreshTokens} (hash, grant_id, nonce, key_id, issued_at, network, expires_at)
          select ${successor.hash}, rotated.grant_id, ${successor.nonce}, ${successor.keyId},
            ${sql.param(successor.issuedAt, issuedAt)}, ${successor.network ?? null}, ${sql.param(successor.expiresAt, expiresAt)}
          from rotated
          on conflict (hash) do nothing
        )
        select grant_id from rotated`)
      return rows.length > 0
    },
  } satisfies RefreshTokens)
}
