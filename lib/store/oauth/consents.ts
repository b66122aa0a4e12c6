import { sql } from 'drizzle-orm'
import type { Asking, Consents, EarlierConsent } from '@/lib/oauth/ports/consent'
import { REFRESH_TOKEN_MAX_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import { LOOPBACK_PORT, withoutLoopbackPort } from '@/lib/oauth/protocol/redirect-uri'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

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
    select distinct grants.scope, consents.scope as answered,
      exists (select from refresh_tokens where refresh_tokens.grant_id = grants.id) as offline
    from grants left join consents on consents.user_id = grants.user_id
      and consents.client_row_id = grants.client_row_id and consents.redirect_uri = ${request.redirectUri}
      and consents.resource = ${server.resource}
    where grants.organization_id = ${server.organizationId} and grants.user_id = ${userId}
      and grants.client_row_id = ${request.clientRowId} and grants.revoked_at is null
      and regexp_replace(grants.redirect_uri, ${LOOPBACK_PORT.source}::text, '\\1') = ${withoutLoopbackPort(request.redirectUri)}
      and grants.created_at > ${oldest.toISOString()}::timestamptz`)
  const [first] = rows
  if (!first) return null
  return {
    granted: [...new Set(rows.flatMap(({ scope }) => scope))],
    offline: rows.some(({ offline }) => offline),
    answered: first.answered,
  }
}
