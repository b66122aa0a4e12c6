/** Fills a migrated database with many organizations. The first one is large; the others are alike. */
import type { Sql } from 'postgres'

export const SIZES = {
  organizations: 1_000,
  grants: 100_000,
  requests: 1_000_000,
  /** Of the large organization; a hundredth of it in a usual one. */
  audit: 100_000,
  /** What share of grants and requests the first organization has. */
  large: 0.1,
  users: 50,
  clients: 5,
} as const

/** Row number `i` of `count`: which organization it belongs to. */
const owner = (count: number) =>
  `(case when i <= ${count * SIZES.large} then 1 else 2 + i % ${SIZES.organizations - 1} end)`

const STATEMENTS: readonly string[] = [
  `insert into organizations (id, name, slug) select 'o' || i, 'Organization ' || i, 'o' || i
    from generate_series(1, ${SIZES.organizations}) as i`,
  `insert into connections (id, organization_id, slug, name, type, settings, client_id)
    select 'n' || i, 'o' || i, 'main', 'Login', 'oidc', '{}', 'vestibule' from generate_series(1, ${SIZES.organizations}) as i`,
  `insert into servers (id, organization_id, connection_id, slug, name, issuer, resource, access_token_lifetime, refresh_token_lifetime)
    select 's' || i, 'o' || i, 'n' || i, 's' || i, 'Server ' || i, 'https://auth.example/s/s' || i, 'https://mcp.example/' || i, 3600, 2592000
    from generate_series(1, ${SIZES.organizations}) as i`,
  `insert into clients (id, server_id, client_id, kind, name, redirect_uris, token_endpoint_auth_method, grant_types, metadata, created_at)
    select 'c' || i || '-' || k, 's' || i, 'client-' || k, 'registered', (array['Claude', 'Cursor', 'ChatGPT', 'Inspector', 'VS Code'])[k],
      '["http://127.0.0.1/callback"]', 'none', '["authorization_code", "refresh_token"]', '{}', now() - k * interval '1 day'
    from generate_series(1, ${SIZES.organizations}) as i, generate_series(1, ${SIZES.clients}) as k`,
  `insert into users (id, organization_id, identity_source, subject, email, name, last_login_at)
    select 'u' || i || '-' || k, 'o' || i, 'https://idp.example', 'subject-' || k, 'user' || k || '@o' || i || '.example', 'User ' || k,
      now() - random() * interval '30 days'
    from generate_series(1, ${SIZES.organizations}) as i, generate_series(1, ${SIZES.users}) as k`,
  `insert into grants (id, organization_id, server_id, user_id, client_row_id, client_id, redirect_uri, scope, claims, created_at, redeemed_at, revoked_at, revoked_reason)
    select 'g' || i, 'o' || o, 's' || o, 'u' || o || '-' || (1 + i % ${SIZES.users}), 'c' || o || '-' || (1 + i % ${SIZES.clients}), 'client-' || (1 + i % ${SIZES.clients}),
      'http://127.0.0.1/callback', '["files:read"]', '{}', t, t, case when i % 5 = 0 then t + interval '1 day' end,
      case when i % 5 = 0 then (array['revoked_by_client', 'refresh_token_reused'])[1 + i % 2] end
    from (select i, ${owner(SIZES.grants)} as o, now() - interval '1 day' - random() * interval '170 days' as t from generate_series(1, ${SIZES.grants}) as i) as given`,
  `insert into refresh_tokens (hash, grant_id, nonce, key_id, issued_at, expires_at, rotated_at)
    select 'h' || i || '-' || k, 'g' || i, 'n', 'k1', now() - k * interval '2 days', now() + (30 - 2 * k) * interval '1 day',
      case when k > 1 then now() - (k - 1) * interval '2 days' end
    from generate_series(1, ${SIZES.grants}) as i, generate_series(1, 3) as k`,
  `insert into authorization_requests (id, reference, server_id, client_row_id, client_id, redirect_uri, scope, created_at, expires_at, connection_id, ended_at, outcome, grant_id, timeline)
    select 'r' || i, upper(overlay(lpad(to_hex(i), 8, '0') placing '-' from 5 for 0)), 's' || o, 'c' || o || '-' || (1 + i % ${SIZES.clients}), 'client-' || (1 + i % ${SIZES.clients}),
      'http://127.0.0.1/callback', '["files:read"]', t, t + interval '10 minutes',
      case when kind < 8 then 'n' || o end, case when kind < 9 then t + interval '1 minute' end,
      case when kind < 6 then 'completed' when kind < 8 then 'failed' when kind < 9 then 'denied' end,
      case when kind < 6 and i % 10 = 0 then 'g' || (i / 10) end,
      jsonb_build_array(
        jsonb_build_object('at', t, 'step', 'authorize', 'outcome', 'ok', 'reason', 'ok'),
        jsonb_build_object('at', t, 'step', 'consent', 'outcome', 'ok', 'reason', 'ok'),
        case when kind < 6 then jsonb_build_object('at', t, 'step', 'callback', 'outcome', 'ok', 'reason', 'ok')
          else jsonb_build_object('at', t, 'step', 'callback', 'outcome', 'failed', 'reason',
            (array['upstream_denied', 'upstream_unreachable', 'expired', 'denied_by_user'])[1 + i % 4]) end)
    from (select i, ${owner(SIZES.requests)} as o, i % 10 as kind, now() - random() * interval '30 days' as t
      from generate_series(1, ${SIZES.requests}) as i) as made`,
  `insert into audit_log (chain, sequence, at, actor_kind, actor_id, actor_name, action, target_kind, target_id, target_name, detail, hash)
    select 'o' || o, i, now() - (100001 - i) * interval '20 seconds', 'operator', 'p1', 'owner@example.com',
      (array['server.updated', 'grant.revoked', 'connection.updated', 'member.added'])[1 + i % 4], 'server', 's' || o, 's' || o, '{}', repeat('0', 64)
    from (values (1, ${SIZES.audit}), (500, ${SIZES.audit / 100})) as chains (o, n), generate_series(1, n) as i`,
]

/** Takes minutes. */
export async function fill(sql: Sql): Promise<void> {
  for (const statement of STATEMENTS) await sql.unsafe(statement)
  await sql.unsafe('vacuum analyze')
}
