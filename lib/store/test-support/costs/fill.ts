import type { Sql } from 'postgres'

/** Rows of each large table; organizations, with a connection and a server each, are a tenth, 1,000 at most. */
export type FillOptions = { readonly rows: number }

/**
 * Statements that fill a migrated database: most of it belongs to one organization with one server, as that is where
 * costs would grow. Row `i` of one table belongs to row `i` of the others: grant `g7` to user `u7`, client `c7` and
 * request `r7`.
 *
 * Every third grant was never redeemed, one in ten was revoked, one request in ten is open. A client in ten never got a
 * token, 9,000 at most, as the quota has it.
 */
function statements(rows: number): readonly string[] {
  const organizations = Math.max(10, Math.min(1_000, Math.round(rows / 10)))
  const unused = Math.min(9_000, Math.round(rows / 10))
  const series = (count = rows) => `generate_series(1, ${count}) as i`
  /** Nine in ten are of the first organization. */
  const owner = `(case when i % 10 > 0 then 1 else 1 + i % ${organizations} end)`
  const hash = (kind: string) => `rpad('${kind}' || i, 64, 'x')`
  const past = `now() - interval '1 day' * (1 + i % 29) - interval '1 second' * (i % 86400)`
  const future = `now() + interval '1 day' * (1 + i % 29)`
  const uri = `'http://127.0.0.1/callback'`
  return [
    `insert into organizations (id, name, slug) select 'o' || i, 'Organization ' || i, 'o' || i from ${series(organizations)}`,
    `insert into connections (id, organization_id, slug, name, type, settings, client_id)
      select 'n' || i, 'o' || i, 'main', 'Login', 'oidc', '{}', 'vestibule' from ${series(organizations)}`,
    `insert into servers (id, organization_id, connection_id, slug, name, issuer, resource, access_token_lifetime, refresh_token_lifetime)
      select 's' || i, 'o' || i, 'n' || i, 's' || i, 'Server ' || i, 'https://auth.example/s/s' || i, 'https://mcp' || i || '.example/mcp', 3600, 2592000
      from ${series(organizations)}`,
    `insert into clients (id, server_id, client_id, kind, name, redirect_uris, token_endpoint_auth_method, grant_types, metadata, created_at, first_token_at, registration_token_hash)
      select 'c' || i, 's' || ${owner}, 'client-' || i, 'registered', 'Client ' || i, '["http://127.0.0.1/callback"]', 'none',
        '["authorization_code", "refresh_token"]', '{}', ${past}, case when i > ${unused} then ${past} end, ${hash('rat')}
      from ${series()}`,
    `insert into registration_counts (key, held, count_id, counted_at) select 's1 net' || i, 1, 'n', now() from ${series()}`,
    `insert into registration_counts (key, held, count_id, counted_at) values ('s1', ${unused}, 'n', now())`,
    `insert into users (id, organization_id, identity_source, subject, email, name, last_login_at)
      select 'u' || i, 'o' || ${owner}, 'https://idp.example', 'subject-' || i, 'user' || i || '@example.com', 'User ' || i, ${past}
      from ${series()}`,
    `insert into grants (id, organization_id, server_id, user_id, client_row_id, client_id, redirect_uri, scope, claims, created_at, redeemed_at, is_abandoned, revoked_at, revoked_reason)
      select 'g' || i, 'o' || ${owner}, 's' || ${owner}, 'u' || i, 'c' || i, 'client-' || i, ${uri}, '["files:read"]', '{}', ${past},
        case when i % 3 > 0 then ${past} end, i % 3 = 0, case when i % 10 = 5 then now() end, case when i % 10 = 5 then 'revoked_by_client' end
      from ${series()}`,
    `insert into grant_checks (grant_id, check_at) select 'g' || i, now() + interval '15 minutes' from ${series()}`,
    `insert into consents (id, organization_id, server_id, user_id, client_row_id, redirect_uri, resource, scope, updated_at)
      select 'a' || i, 'o' || ${owner}, 's' || ${owner}, 'u' || i, 'c' || i, ${uri}, 'https://mcp1.example/mcp', '["files:read"]', ${past}
      from ${series()}`,
    `insert into upstream_tokens (grant_id, connection_id, access_token, updated_at, ended_at)
      select 'g' || i, 'n' || ${owner}, repeat('a', 200), ${past}, case when i % 1000 = 5 then now() end from ${series()}`,
    `insert into refresh_tokens (hash, grant_id, nonce, key_id, issued_at, expires_at, rotated_at, rotated_by)
      select rpad('rt' || k || '-' || i, 64, 'x'), 'g' || i, 'n', 'k1', ${past}, ${future}, case when k = 1 then ${past} end, case when k = 1 then 'i1' end
      from ${series()}, generate_series(1, 2) as k where i % 3 > 0`,
    `insert into access_tokens (hash, id, grant_id, audience, scope, issued_at, expires_at)
      select ${hash('at')}, 'at' || i, 'g' || i, 'https://mcp1.example/mcp', '["files:read"]', now(), now() + interval '1 hour' from ${series()}`,
    `insert into revoked_access_tokens (id, grant_id, expires_at) select 'jti' || i, 'g' || i, ${future} from ${series()}`,
    `insert into authorization_requests (id, reference, server_id, client_row_id, client_id, redirect_uri, scope, created_at, expires_at, connection_id, consented_at, ended_at, outcome, grant_id, state_hash, attempt_id, nonce, code_verifier, timeline)
      select 'r' || i, 'R' || i, 's' || ${owner}, 'c' || i, 'client-' || i, ${uri}, '["files:read"]', t, case when ended then t + interval '10 minutes' else now() + interval '10 minutes' end,
        'n' || ${owner}, t, case when ended then t end, case when ended then case when i % 10 < 7 then 'completed' else 'failed' end end,
        case when ended then 'g' || i end, case when not ended then ${hash('state')} end, 'try' || i, case when not ended then 'n' end, case when not ended then 'v' end,
        jsonb_build_array(jsonb_build_object('at', t, 'step', 'authorize', 'outcome', 'ok', 'reason', 'ok'),
          jsonb_build_object('at', t, 'step', 'callback', 'outcome', case when i % 10 < 7 then 'ok' else 'failed' end, 'reason', 'upstream_denied'))
      from (select i, i % 10 <> 1 as ended, ${past} as t from ${series()}) as made`,
    `insert into browser_sessions (hash, organization_id, connection_id, user_id, created_at, expires_at)
      select ${hash('bs')}, 'o' || ${owner}, 'n' || ${owner}, 'u' || i, now(), now() + interval '12 hours' from ${series()}`,
    `insert into pushed_requests (hash, server_id, client_id, parameters, expires_at)
      select ${hash('par')}, 's' || ${owner}, 'client-' || i, 'state=x', now() + interval '10 minutes' from ${series()}`,
    `insert into device_codes (id, device_code_hash, user_code_hash, server_id, client_row_id, client_id, scope, created_at, expires_at, poll_interval)
      select 'd' || i, ${hash('dc')}, ${hash('uc')}, 's' || ${owner}, 'c' || i, 'client-' || i, '[]', now(), now() + interval '10 minutes', 5 from ${series()}`,
    `insert into device_guesses (guesser, guesses, resets_at) select ${hash('dg')}, 1, now() + interval '10 minutes' from ${series()}`,
    `insert into sign_in_attempts (account, attempts, blocked_until, expires_at) select ${hash('sa')}, 1, now(), now() + interval '1 hour' from ${series()}`,
    `insert into challenges (key, value, expires_at)
      select 'auth:request:r' || i, '{"code_challenge": "c"}', now() + interval '10 minutes' from ${series()}`,
    `insert into assertion_ids (id_hash, expires_at) select ${hash('jti')}, now() + interval '10 minutes' from ${series()}`,
    `insert into client_documents (url, body, fetched_at, fresh_until) select 'https://client' || i || '.example/', '{}', now(), now() from ${series()}`,
    `insert into security_events (id, at, server_id, kind, grant_id) select 'e' || i, ${past}, 's' || ${owner}, 'token_handed_off', 'g' || i from ${series()}`,
    `insert into audit_log (chain, sequence, at, actor_kind, actor_id, actor_name, action, target_kind, target_id, target_name, detail, hash)
      select 'o1', i, now() - interval '1 minute' * (${rows} - i), 'operator', 'p1', 'owner@example.com', 'server.updated', 'server', 's1', 's1', '{}', repeat('0', 64) from ${series()}`,
    `insert into instances (id, answered_until) values ('i1', now())`,
  ]
}

/** Fills a migrated database. References are right, and checked at the end for each table, not for each row. */
export async function fillDatabase(sql: Sql, { rows }: FillOptions): Promise<void> {
  const constraints = await sql<{ table: string; name: string; definition: string }[]>`
    select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
    from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`
  for (const { table, name } of constraints) await sql.unsafe(`alter table ${table} drop constraint ${name}`)
  for (const statement of statements(rows)) await sql.unsafe(statement)
  for (const { table, name, definition } of constraints)
    await sql.unsafe(`alter table ${table} add constraint ${name} ${definition}`)
}
