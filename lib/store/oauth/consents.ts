import { and, eq, gt, isNull, type SQL, sql } from 'drizzle-orm'
import { consents, grants, refreshTokens } from '@/drizzle/schema/grants'
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

/** The same inside a transaction that acts on it. */
export async function earlierConsent(
  db: Database | Transaction,
  userId: string,
  { server, request }: Asking,
  now: Date,
): Promise<EarlierConsent | null> {
  if (request.deviceCodeId) return null
  const rows = await db
    .selectDistinct({
      scope: grants.scope,
      offline: sql<boolean>`exists (select 1 from ${refreshTokens} where ${refreshTokens.grantId} = ${grants.id})`,
      answered: consents.scope,
    })
    .from(grants)
    .leftJoin(
      consents,
      and(
        eq(consents.userId, grants.userId),
        eq(consents.clientRowId, grants.clientRowId),
        eq(consents.redirectUri, request.redirectUri),
        eq(consents.resource, server.resource),
      ),
    )
    .where(
      and(
        eq(grants.organizationId, server.organizationId),
        eq(grants.userId, userId),
        eq(grants.clientRowId, request.clientRowId),
        sql`regexp_replace(${grants.redirectUri}, ${LOOPBACK_PORT.source}::text, '\\1') = ${withoutLoopbackPort(request.redirectUri)}`,
        isLive(now),
      ),
    )
  const [first] = rows
  if (!first) return null
  return {
    granted: [...new Set(rows.flatMap(({ scope }) => scope))],
    offline: rows.some(({ offline }) => offline),
    answered: first.answered,
  }
}

/** Not revoked, and younger than any token that could hang on it. */
function isLive(now: Date): SQL | undefined {
  const oldest = new Date(now.getTime() - REFRESH_TOKEN_MAX_LIFETIME * 1000)
  return and(isNull(grants.revokedAt), gt(grants.createdAt, oldest))
}
