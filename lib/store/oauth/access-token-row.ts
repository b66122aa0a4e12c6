import { type SQL, sql } from 'drizzle-orm'
import { accessTokens } from '@/drizzle/schema/grants'
import type { AccessToken } from '@/lib/oauth/model'

/**
 * Inserts an opaque access token, also as part of a statement that spends what it is issued for.
 *
 * @param given expressions, of columns of `from` where there is one
 */
export function insertAccessToken(
  { hash, id, audience, issuedAt, expiresAt }: Omit<AccessToken, 'grantId' | 'scope'>,
  given: { readonly grantId: SQL; readonly scope: SQL },
  from: SQL = sql``,
): SQL {
  return sql`insert into ${accessTokens} (hash, id, grant_id, audience, scope, issued_at, expires_at)
    select ${hash}, ${id}, ${given.grantId}, ${audience}, ${given.scope}::jsonb,
      ${sql.param(issuedAt, accessTokens.issuedAt)}::timestamptz, ${sql.param(expiresAt, accessTokens.expiresAt)}::timestamptz ${from}`
}

/** The scope of a token as an expression. */
export const scopeOf = ({ scope }: Pick<AccessToken, 'scope'>): SQL =>
  sql`${sql.param(scope, accessTokens.scope)}`
