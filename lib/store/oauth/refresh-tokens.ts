import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import { clients } from '@/drizzle/schema/clients'
import { grants, refreshTokens, upstreamTokens } from '@/drizzle/schema/grants'
import { users } from '@/drizzle/schema/organizations'
import type { RefreshToken } from '@/lib/oauth/model'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import type { RefreshTokens, Renewal, Rotation } from '@/lib/oauth/ports/tokens'
import { omitNullish } from '@/lib/omit-nullish'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { inTime } from '@/lib/store/database/in-time'
import { insertAccessToken, scopeOf } from './access-token-row'
import { othersThan } from './answered/statements'
import { type Answers, answersOf, type Found, unanswered } from './answers'
import { grantColumns, toGrant } from './grant-row'
import { renewRemembered } from './hot/renew'

/** Refresh tokens in Postgres. Decision 0006. */
export function refreshTokenStore(db: Database, answers: Answers = answersOf(db)): RefreshTokens {
  const { find, rotate, renew } = guarded({
    async find(hash: string) {
      const [row] = await db
        .select({
          token: refreshTokens,
          grant: grantColumns,
          upstreamExpiresAt: upstreamTokens.expiresAt,
          upstreamUpdatedAt: upstreamTokens.updatedAt,
          upstreamRenewable: sql<boolean>`${upstreamTokens.refreshToken} is not null`,
        })
        .from(refreshTokens)
        .innerJoin(grants, eq(grants.id, refreshTokens.grantId))
        .leftJoin(upstreamTokens, and(eq(upstreamTokens.grantId, grants.id), isNull(upstreamTokens.endedAt)))
        .where(eq(refreshTokens.hash, hash))
      if (!row) return null
      const { token, grant, upstreamExpiresAt, upstreamUpdatedAt, upstreamRenewable } = row
      return {
        token: toToken(token),
        grant: toGrant(grant),
        ...(upstreamExpiresAt && { upstreamExpiresAt }),
        ...(upstreamUpdatedAt && { upstreamUpdatedAt, upstreamRenewable }),
      }
    },
    async rotate(hash: string, rotation: Rotation, instance: string) {
      const [row] = await db.execute<RotationRow>(rotateStatement(db, hash, rotation, instance))
      if (row?.rotated) return { outcome: 'rotated', found: foundBy(row) } as const
      // It came too late, or what looks like reuse is a first try that lay here while the process was frozen.
      if (!row?.inTime || (row.reused && answers.wasFrozen())) throw new StoreUnavailable('postgres')
      return { outcome: row.reused ? 'reused' : 'refused', found: null } as const
    },
    renew: (renewal: Renewal, instance: string) => renewRemembered(db, renewal, instance),
  })
  return {
    find,
    async rotate(hash, rotation) {
      const { hasHungUp } = rotation
      const { outcome } = await answers.spend(
        'refresh_token',
        hash,
        ({ instance }) => rotate(hash, rotation, instance),
        { hasHungUp, found: ({ found }) => found },
      )
      return outcome
    },
    renew: (renewal) =>
      answers.spend('refresh_token', renewal.presented.hash, ({ instance }) => renew(renewal, instance), {
        hasHungUp: renewal.hasHungUp,
        found: (grant) => grant && 'unspent',
      }),
  }
}

type RotationRow = {
  readonly rotated: boolean
  readonly reused: boolean
  readonly inTime: boolean
  /** The instances that had rotated it within the grace; empty: it is not known. */
  readonly rotatedBy: string | null
}

const foundBy = ({ rotatedBy }: RotationRow): Found =>
  rotatedBy === null ? 'unspent' : { spentBy: rotatedBy }

/** The instances that answer for a rotation, the latest first: each may find that its answer reached nobody. */
const markedBy = (instance: string) =>
  sql`concat_ws(' ', ${instance}::text, nullif(array_to_string(${othersThan(instance)}, ' '), ''))`

/**
 * Concurrent callers queue at the row; each then sees the first one's time, and its successor. The lock comes before the
 * change, so that what the row said is known as the one before left it.
 */
function rotateStatement(
  db: Database,
  hash: string,
  { successor, accessToken, grace }: Rotation,
  instance: string,
): SQL {
  const { issuedAt, expiresAt } = refreshTokens
  const isInGrace = (at: SQL) => sql`${at} > clock_timestamp() - make_interval(secs => ${grace}::int)`
  const inGrace = isInGrace(sql`token.rotated_at`)
  const lost = unanswered({ at: sql`token.rotated_at`, by: sql`split_part(token.rotated_by, ' ', 1)` })
  const issued =
    accessToken &&
    insertAccessToken(
      accessToken,
      { grantId: sql`rotated.grant_id`, scope: scopeOf(accessToken) },
      sql`from rotated`,
    )
  return sql`
    with before as (
      select rotated_at, rotated_by from ${refreshTokens} where hash = ${hash} for update
    ), rotated as (
      update ${refreshTokens} as token
      set rotated_at = case when ${inGrace} then token.rotated_at else clock_timestamp() end,
        rotated_by = case when ${inGrace} then ${markedBy(instance)} else ${instance} end
      from before, ${grants} as family
      where token.hash = ${hash}
        and token.expires_at > clock_timestamp()
        and (token.rotated_at is null or ${inGrace} or ${lost})
        and family.id = token.grant_id
        and family.revoked_at is null
        and not exists (select from ${clients} as client where client.id = family.client_row_id and client.blocked_at is not null)
        and not exists (select from ${users} as person where person.id = family.user_id and person.blocked_at is not null)
        and ${inTime(db)}
      returning token.grant_id,
        case when ${isInGrace(sql`before.rotated_at`)} then coalesce(before.rotated_by, '') end as found_by
    ), stored as (
      insert into ${refreshTokens} (hash, grant_id, nonce, key_id, issued_at, network, expires_at)
      select ${successor.hash}, rotated.grant_id, ${successor.nonce}, ${successor.keyId},
        ${sql.param(successor.issuedAt, issuedAt)}, ${successor.network ?? null}, ${sql.param(successor.expiresAt, expiresAt)}
      from rotated
      on conflict (hash) do nothing
    ) ${issued ? sql`, issued as (${issued})` : sql``}
    select exists (select from rotated) as rotated, ${inTime(db)} as "inTime",
      (select rotated.found_by from rotated) as "rotatedBy",
      exists (
        select from ${refreshTokens} as token
        where token.hash = ${hash} and token.rotated_at is not null and not ${inGrace} and not ${lost}
      ) as reused`
}

/** Who answered last is the store's own affair. */
function toToken({ rotatedBy: _, ...row }: typeof refreshTokens.$inferSelect): RefreshToken {
  return omitNullish(row)
}
