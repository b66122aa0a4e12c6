/** Fills a world as one looks after a month: 47 further customers, and 4,500 logins of the first organization. */
import type { Sql } from 'postgres'

const [ORGANIZATIONS, LOGINS, USERS] = [47, 4500, 180]

const CUSTOMERS = `(array['Aurora', 'Beacon', 'Cobalt', 'Delta', 'Ember', 'Fathom', 'Granite', 'Harbor', 'Ivory', 'Juniper', 'Keystone', 'Lumen'])[1 + i % 12]
  || ' ' || (array['Logistics', 'Health', 'Insurance', 'Robotics', 'Energy'])[1 + i % 5]`

/** A third of a day's logins is in the night, and weekends are quiet. */
const WHEN = `now() - (30 * power(random(), 1.3)) * interval '1 day'`

const STATEMENTS: readonly string[] = [
  `insert into organizations (id, name, slug, created_at) select 'customer' || i, ${CUSTOMERS}, 'customer-' || i, now() - i * interval '9 days'
    from generate_series(1, ${ORGANIZATIONS}) as i`,
  `insert into connections (id, organization_id, slug, name, type, settings, client_id)
    select 'customer-idp' || i, 'customer' || i, 'main', ${CUSTOMERS} || ' SSO', 'oidc', '{"issuer":"https://idp.example"}', 'vestibule'
    from generate_series(1, ${ORGANIZATIONS}) as i where i % 11 <> 0`,
  `insert into servers (id, organization_id, connection_id, slug, name, issuer, resource, access_token_lifetime, refresh_token_lifetime)
    select 'customer-mcp' || i, 'customer' || i, 'customer-idp' || i, 'customer-' || i, ${CUSTOMERS} || ' MCP',
      'https://auth.example/s/customer-' || i, 'https://mcp.example/customer-' || i, 3600, 2592000
    from generate_series(1, ${ORGANIZATIONS}) as i where i % 11 <> 0`,
  `insert into clients (id, server_id, client_id, kind, name, redirect_uris, token_endpoint_auth_method, grant_types, metadata, created_at)
    select 'month-client' || k, s.id, 'vst_client_of_the_month_' || k, 'registered', (array['Claude', 'Cursor', 'ChatGPT', 'MCP Inspector', 'Visual Studio Code'])[k],
      '["http://127.0.0.1/callback"]', 'none', '["authorization_code", "refresh_token"]', '{}', now() - interval '40 days'
    from (select id from servers where slug = $1) as s, generate_series(1, 5) as k`,
  `insert into users (id, organization_id, identity_source, subject, email, name, last_login_at)
    select 'month-user' || i, c.organization_id, 'https://idp.example', '00u' || md5(i::text), lower(first || '.' || last || i || '@northwind-traders.example'), first || ' ' || last, ${WHEN}
    from (select i, (array['Dana', 'Mateo', 'Ines', 'Priya', 'Jonas', 'Aiko', 'Samira'])[1 + i % 7] as first,
      (array['Fischer-Lindqvist', 'Okafor', 'Chen', 'Novak', 'Silva'])[1 + i % 5] as last from generate_series(1, ${USERS}) as i) as person,
    (select organization_id from servers where slug = $1) as c`,
  `insert into grants (id, organization_id, server_id, user_id, client_row_id, client_id, redirect_uri, scope, claims, created_at, redeemed_at)
    select 'month-grant' || i, s.organization_id, s.id, 'month-user' || i, 'month-client' || (1 + i % 5), 'vst_client_of_the_month_' || (1 + i % 5),
      'http://127.0.0.1/callback', '["profile:read"]', '{}', t, t
    from (select *, ${WHEN} as t from generate_series(1, ${USERS}) as i) as given, (select id, organization_id from servers where slug = $1) as s`,
  `insert into refresh_tokens (hash, grant_id, nonce, key_id, issued_at, expires_at)
    select 'month' || i, 'month-grant' || i, 'n', 'k1', g.created_at, now() + interval '20 days'
    from generate_series(1, ${USERS}) as i join grants g on g.id = 'month-grant' || i`,
  `insert into authorization_requests (id, reference, server_id, client_row_id, client_id, redirect_uri, scope, created_at, expires_at, connection_id, ended_at, outcome, grant_id, timeline)
    select 'month-login' || i, upper(overlay(lpad(to_hex(i * 7919 + 1048576), 8, '0') placing '-' from 5 for 0)), s.id,
      'month-client' || client, 'vst_client_of_the_month_' || client, 'http://127.0.0.1/callback', '["profile:read"]', t, t + interval '10 minutes',
      s.connection_id, t + interval '1 minute',
      case when kind < 84 then 'completed' when kind < 94 then 'failed' else 'denied' end,
      case when kind < 84 then 'month-grant' || (1 + i % ${USERS}) end,
      jsonb_build_array(
        jsonb_build_object('at', t, 'step', 'authorize', 'outcome', 'ok', 'reason', 'ok'),
        jsonb_build_object('at', t, 'step', 'consent', 'outcome', 'ok', 'reason', 'ok'),
        case when kind < 84 then jsonb_build_object('at', t, 'step', 'callback', 'outcome', 'ok', 'reason', 'ok')
          else jsonb_build_object('at', t, 'step', 'callback', 'outcome', 'failed', 'reason',
            case when kind < 94 then (array['upstream_unreachable', 'upstream_denied', 'expired', 'upstream_unreachable'])[1 + i % 4] else 'denied_by_user' end) end)
    from (select i, (i * 37) % 100 as kind, 1 + (i * i) % 5 as client, ${WHEN} as t from generate_series(1, ${LOGINS}) as i) as made,
      (select id, connection_id from servers where slug = $1) as s`,
  `insert into users (id, organization_id, identity_source, subject, email, last_login_at)
    select 'customer-user' || i, 'customer' || i, 'https://idp.example', 'someone', 'someone@example.com', now() - power(i, 2) * interval '7 minutes'
    from generate_series(1, ${ORGANIZATIONS}) as i where i % 11 <> 0 and i % 13 <> 0`,
  `insert into clients (id, server_id, client_id, kind, name, redirect_uris, token_endpoint_auth_method, grant_types, metadata)
    select 'customer-client' || i, 'customer-mcp' || i, 'claude', 'registered', 'Claude', '["http://127.0.0.1/callback"]', 'none', '["authorization_code"]', '{}'
    from generate_series(1, ${ORGANIZATIONS}) as i where i % 11 <> 0`,
  `insert into authorization_requests (id, reference, server_id, client_row_id, client_id, redirect_uri, scope, created_at, expires_at, connection_id, ended_at, outcome, timeline)
    select 'customer-login' || i || '-' || k, upper(overlay(lpad(to_hex(i * 104729 + k * 16 + 268435456), 8, '0') placing '-' from 5 for 0)), 'customer-mcp' || i,
      'customer-client' || i, 'claude', 'http://127.0.0.1/callback', '["files:read"]', t, t + interval '10 minutes', 'customer-idp' || i, t + interval '1 minute',
      case when (i + k) % 9 = 0 or i % 13 = 0 then 'failed' else 'completed' end,
      jsonb_build_array(jsonb_build_object('at', t, 'step', 'callback', 'outcome', case when (i + k) % 9 = 0 or i % 13 = 0 then 'failed' else 'ok' end, 'reason', case when (i + k) % 9 = 0 or i % 13 = 0 then 'upstream_unreachable' else 'ok' end))
    from (select i, k, now() - k * interval '50 minutes' - power(i, 2) * interval '7 minutes' as t from generate_series(1, ${ORGANIZATIONS}) as i, generate_series(0, 8) as k where i % 11 <> 0) as made`,
]

/** @param server the slug of the server that has the logins */
export async function fillOrganizations(sql: Sql, server: string): Promise<void> {
  await sql.begin(async (transaction) => {
    for (const statement of STATEMENTS)
      await transaction.unsafe(statement, statement.includes('$1') ? [server] : [])
  })
}
