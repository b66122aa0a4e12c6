import { randomBytes } from 'node:crypto'
import postgres, { type Sql } from 'postgres'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { redisChallenges } from '@/lib/store/challenges/redis'
import { newId, newReference } from '@/lib/store/database/ids'
import { CODE_CHALLENGE, REDIRECT_URI } from './oauth-operations'

/** Seconds until a code expires; none must, before its turn. */
const LIFETIME = 900

/**
 * Authorization codes as the callback leaves them, written in bulk: a grant and a finished request for each in
 * Postgres, the code itself in Redis. Whole logins, which the benchmark measures for themselves, would take minutes.
 */
export async function fillCodes(
  stores: { readonly DATABASE_URL: string; readonly REDIS_URL: string },
  count: number,
): Promise<readonly string[]> {
  const sql = postgres(stores.DATABASE_URL, { max: 1, onnotice: () => {} })
  const challenges = redisChallenges(stores.REDIS_URL)
  try {
    const { serverId, grants } = await fillGrants(sql, count)
    return await Promise.all(
      grants.map(async ({ grantId, requestId, code }) => {
        const record = { codeChallenge: CODE_CHALLENGE, redirectUri: REDIRECT_URI, clientId: 'public' }
        await challenges.saveCode(hashSecret(code), { ...record, serverId, grantId, requestId }, LIFETIME)
        return code
      }),
    )
  } finally {
    await challenges.close()
    await sql.end()
  }
}

async function fillGrants(sql: Sql, count: number) {
  const [server] = await sql`
    select servers.id, servers.organization_id as organization, clients.id as client
    from servers join clients on clients.server_id = servers.id
    where servers.slug = 'bench' and clients.client_id = 'public'`
  if (!server) throw new Error('the server of the benchmark is not configured')
  const grants = Array.from({ length: count }, () => ({
    userId: newId(),
    grantId: newId(),
    requestId: newId(),
    reference: newReference(),
    code: `vst_code_${randomBytes(32).toString('base64url')}`,
  }))
  const column = (name: 'userId' | 'grantId' | 'requestId' | 'reference') =>
    grants.map((grant) => grant[name])
  const hashes = grants.map(({ code }) => hashSecret(code))
  const { organization, id: serverId, client } = server
  await sql`
    with given as (
      select * from unnest(${column('userId')}::text[], ${column('grantId')}::text[], ${column('requestId')}::text[],
        ${column('reference')}::text[], ${hashes}::text[]) as given (user_id, grant_id, request_id, reference, code_hash)
    ), made_users as (
      insert into users (id, organization_id, identity_source, subject, last_login_at)
      select user_id, ${organization}, 'bench', user_id, now() from given
    ), made_grants as (
      insert into grants (id, organization_id, server_id, user_id, client_row_id, client_id, redirect_uri, scope, claims, code_hash)
      select grant_id, ${organization}, ${serverId}, user_id, ${client}, 'public', ${REDIRECT_URI}, '["mcp:tools"]', '{}', code_hash from given
    ), made_checks as (
      insert into grant_checks (grant_id, check_at) select grant_id, now() + interval '15 minutes' from given
    )
    insert into authorization_requests (id, reference, server_id, client_row_id, client_id, redirect_uri, scope,
      created_at, expires_at, ended_at, outcome, grant_id)
    select request_id, reference, ${serverId}, ${client}, 'public', ${REDIRECT_URI}, '["mcp:tools"]',
      now(), now() + interval '10 minutes', now(), 'completed', grant_id from given`
  return { serverId: String(serverId), grants }
}
