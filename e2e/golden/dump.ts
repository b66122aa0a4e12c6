import type { Sql } from 'postgres'

type Dump = { readonly rows: string /** Tables without a row. */; readonly empty: readonly string[] }

/**
 * All rows of a database as SQL, one statement for each, in an order that foreign keys allow: what is referred to
 * comes first.
 */
export async function dump(sql: Sql): Promise<Dump> {
  const parts = ['-- Written by scripts/release-database.mjs. Rows only: migrations make the tables.']
  const empty: string[] = []
  for (const table of await inOrder(sql)) {
    const columns = await sql`select column_name as name from information_schema.columns
      where table_schema = 'public' and table_name = ${table} and is_generated = 'NEVER' order by ordinal_position`
    const names = columns.map(({ name }) => `"${name}"`)
    const values = names.map((name) => `quote_nullable(${name}::text)`).join(` || ', ' || `)
    const rows = await sql.unsafe(`select ${values} as row from "${table}" order by 1`)
    if (rows.length === 0) empty.push(table)
    for (const { row } of rows)
      parts.push(`insert into "${table}" (${names.join(', ')}) values (${row.replaceAll('NULL', 'null')});`)
  }
  return { rows: `${parts.join('\n')}\n`, empty }
}

async function inOrder(sql: Sql): Promise<readonly string[]> {
  const tables = await sql`select tablename as name from pg_tables where schemaname = 'public' order by 1`
  const references = await sql`select conrelid::regclass::text as from, confrelid::regclass::text as to
    from pg_constraint where contype = 'f' and conrelid <> confrelid`
  const ordered: string[] = []
  const waiting = new Set(tables.map(({ name }) => String(name)))
  while (waiting.size > 0) {
    const free = [...waiting].filter(
      (name) => !references.some(({ from, to }) => from === name && waiting.has(to)),
    )
    if (free.length === 0) throw new Error(`tables refer to one another: ${[...waiting].join(', ')}`)
    for (const name of free) waiting.delete(name)
    ordered.push(...free)
  }
  return ordered
}

/** Operations that need a browser's hardware or a third party's server, or last only a moment. */
export async function addRows(sql: Sql): Promise<void> {
  const soon = sql`now() + interval '10 minutes'`
  await sql`insert into operator_passkeys (id, name, public_key, operator_id, credential_id, counter, device_type, backed_up)
    select 'passkey', 'A key', 'public-key', id, 'credential', 1, 'singleDevice', false from operators limit 1`
  await sql`insert into operator_verifications (id, identifier, value, expires_at)
    values ('verification', 'identifier', 'value', ${soon})`
  await sql`insert into platform_verifications (id, identifier, value, expires_at)
    values ('verification', 'identifier', 'value', ${soon})`
  await sql`insert into platform_codes (hash, user_id, connection_id, code_challenge, auth_time, expires_at)
    select 'hash', id, connection_id, 'challenge', now(), ${soon} from platform_users limit 1`
  await sql`insert into client_documents (url, body, fetched_at, fresh_until)
    values ('https://client.example/client.json', '{"client_id":"https://client.example/client.json"}', now(), ${soon})`
  await sql`insert into assertion_ids (id_hash, expires_at) values (${'a'.repeat(64)}, ${soon})`
  await sql`insert into security_events (id, at, server_id, kind, grant_id, user_id, client_id, detail)
    select 'handed-off', now(), server_id, 'token_handed_off', id, user_id, 'cli', 'openid' from grants
    where user_id is not null limit 1`
  await sql`insert into unchained_events (event_id, at) values ('handed-off', now())`
  await sql`insert into pushed_requests (hash, server_id, client_id, parameters, expires_at)
    select ${'f'.repeat(64)}, id, 'cli', 'client_id=cli', ${soon} from servers limit 1`
  await sql`insert into departures (hash, at, expires_at) values (${'d'.repeat(64)}, now(), ${soon})`
  await sql`insert into mails (id, organization_id, kind, recipient, state, next_attempt_at)
    select 'mail', id, 'invitation', 'jane@acme.example', 'sent', now() from organizations limit 1`
  await sql`insert into scim_tokens (connection_id, hash, created_by, created_at)
    select id, ${'e'.repeat(64)}, 'Olive', now() from connections limit 1`
  await sql`insert into provisioned_users (id, connection_id, user_name, account, active, attributes, updated_at)
    select 'provisioned', connection_id, 'jane@acme.example', 'jane@acme.example', true, '{}', now() from scim_tokens`
  await sql`insert into provisioned_groups (id, connection_id, display_name, updated_at)
    select 'group', connection_id, 'Engineers', now() from scim_tokens`
  await sql`insert into provisioned_members (group_id, user_id) values ('group', 'provisioned')`
}

/** Of logins that were refused for the same reason, and of days, a few are enough. */
export async function thinOut(sql: Sql): Promise<void> {
  await sql`delete from authorization_requests where outcome = 'refused' and id not in (
    select min(id) from authorization_requests where outcome = 'refused' group by failure)`
  await sql`delete from organization_days where day < current_date - 2`
}
