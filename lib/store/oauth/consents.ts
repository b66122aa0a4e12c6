import { sql } from 'drizzle-orm'
import type { Asking, Consents, EarlierConsent } from '@/lib/oauth/ports/consent'
import { REFRESH_TOKEN_MAX_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import { LOOPBACK_PORT, withoutLoopbackPort } from '@/lib/oauth/protocol/redirect-uri'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

/**
 * How many grants of a user are looked at, and how many of those that a client has: the newest, each of which took over
 * what the ones before it had. Somebody who logs in all the time must not make logging in dearer.
 */
const LOOKED_AT = { ofUser: 500, ofClient: 20 }

/** What users allowed before, in Postgres. Decision 0027. */
export function consentStore(db: Database): Consents {
  return guarded({
    earlier: (userId, asking, now) => earlierConsent(db, userId, asking, now),
  } satisfies Consents)
}

type Allowed = {
  readonly scope: readonly string[]
  readonly answered: readonly string[] | null
  readonly offline: boolean
}

/** The same inside a transaction that acts on it. */
export async function earlierConsent(
  db: Database | Transaction,
  userId: string,
  { server, request }: Asking,
  now: Date,
): Promise<EarlierConsent | null> {
  if (request.deviceCodeId) return null
  // Not revoked, and younger than any token that could hang on it.
  const oldest = new Date(now.getTime() - REFRESH_TOKEN_MAX_LIFETIME * 1000)
  const rows = await db.execute<Allowed>(sql`
    with latest as (
      select id, client_row_id, redirect_uri, scope, revoked_at, created_at from grants
      where organization_id = ${server.organizationId} and user_id = ${userId}
        and created_at > ${oldest.toISOString()}::timestamptz
      order by created_at desc, id desc limit ${LOOKED_AT.ofUser}::int
    ), live as (
      select id, scope from latest where client_row_id = ${request.clientRowId} and revoked_at is null
        and regexp_replace(redirect_uri, ${LOOPBACK_PORT.source}::text, '\\1') = ${withoutLoopbackPort(request.redirectUri)}
      order by created_at desc, id desc limit ${LOOKED_AT.ofClient}::int
    )
    select distinct live.scope, consents.scope as answered,
      exists (select from refresh_tokens where refresh_tokens.grant_id = live.id) as offline
    from live left join consents on consents.user_id = ${userId}
      and consents.client_row_id = ${request.clientRowId} and consents.redirect_uri = ${request.redirectUri}
      and consents.resource = ${server.resource}`)
  const [first] = rows
  if (!first) return null
  return {
    granted: [...new Set(rows.flatMap(({ scope }) => scope))],
    offline: rows.some(({ offline }) => offline),
    answered: first.answered,
  }
}
