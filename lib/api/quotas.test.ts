import { type SQL, sql } from 'drizzle-orm'
import { afterEach, describe, expect, it } from 'vitest'
import { createLimits } from '@/lib/http/limits'
import { QUOTAS } from '@/lib/store/quotas'
import { apiEndpoint } from './endpoint'
import { ROUTES } from './routes/all'
import type { Method } from './routing'
import { testApi } from './test-support/api'

const { apply, call, management, newKey, rows, store } = testApi()

const ACME = '/organizations/acme'

/** What an administrator makes, by its quota: rows of it in the database, and the request for one more. */
const MADE: {
  readonly [Name in keyof typeof QUOTAS]: {
    readonly table: string
    /** Of which organization a row is, as a condition. */
    readonly of: SQL
    /** Rows that there are so many of. */
    readonly fill: (count: number) => SQL
    readonly ask: (index: number) => readonly [Method, string, object]
    readonly pointer: string
  }
} = {
  apiKeys: {
    table: 'api_keys',
    of: sql`organization_id = (select id from organizations where slug = 'acme')`,
    fill: (count) => sql`insert into api_keys (id, organization_id, name, role, hash, created_by, revoked_at)
      select 'k' || i, o.id, 'full', 'auditor', 'k' || i, 'Olive', now()
      from organizations o, generate_series(1, ${count}::int) i where slug = 'acme'`,
    ask: (index) => ['POST', `${ACME}/keys`, { name: `key ${index}`, role: 'auditor' }],
    pointer: '/name',
  },
  setupLinks: {
    table: 'setup_links',
    of: sql`organization_id = (select id from organizations where slug = 'acme')`,
    fill: (count) => sql`insert into setup_links
      (id, organization_id, connection_id, connection_name, label, token_hash, created_by, expires_at)
      select 'l' || i, o.id, 'c' || i, 'full', 'full', 'l' || i, 'Olive', now() - interval '1 day'
      from organizations o, generate_series(1, ${count}::int) i where slug = 'acme'`,
    ask: (index) => ['POST', `${ACME}/setup-links`, { label: `link ${index}`, connection: 'okta' }],
    pointer: '/label',
  },
  invitations: {
    table: 'invitations',
    of: sql`organization_id = (select id from organizations where slug = 'acme')`,
    fill: (count) => sql`insert into invitations
      (id, organization_id, email, role, token_hash, status, expires_at, inviter_key_id)
      select 'i' || i, o.id, i || '@full.example', 'auditor', 'i' || i, 'withdrawn', now(), k.id
      from organizations o, (select id from api_keys limit 1) k, generate_series(1, ${count}::int) i
      where slug = 'acme'`,
    ask: (index) => ['POST', `${ACME}/invitations`, { email: `i${index}@acme.example`, role: 'auditor' }],
    pointer: '/email',
  },
  members: {
    table: 'members',
    of: sql`organization_id = (select id from organizations where slug = 'acme')`,
    fill: (count) => sql`with made as (
        insert into operators (id, name, email)
        select 'm' || i, 'full', i || '@members.example' from generate_series(1, ${count}::int) i returning id)
      insert into members (id, organization_id, operator_id, role)
      select made.id, o.id, made.id, 'auditor' from organizations o, made where slug = 'acme'`,
    ask: (index) => ['POST', `${ACME}/invitations`, { email: `m${index}@acme.example`, role: 'auditor' }],
    pointer: '/email',
  },
  people: {
    table: 'platform_users',
    of: sql`connection_id in (select id from connections where slug like 'people%')`,
    fill: (count) => sql`insert into platform_users (id, name, email, connection_id, address)
      select 'p' || i, 'full', 'p' || i, c.id, i || '@people.example'
      from connections c, generate_series(1, ${count}::int) i where slug = 'people'`,
    ask: (index) => ['POST', `${ACME}/connections/more-people/people`, { address: `${index}@acme.example` }],
    pointer: '/address',
  },
  connections: {
    table: 'connections',
    of: sql`organization_id = (select id from organizations where slug = 'acme')`,
    fill: (count) => sql`insert into connections
      (id, organization_id, slug, name, type, settings, client_id, deleted_at)
      select 'c' || i, o.id, 'full~' || i, 'full', 'platform', '{}', '', now()
      from organizations o, generate_series(1, ${count}::int) i where slug = 'acme'`,
    ask: (index) => ['PUT', `${ACME}/connections/new-${index}`, { type: 'platform', name: 'New' }],
    pointer: '/name',
  },
  servers: {
    table: 'servers',
    of: sql`organization_id = (select id from organizations where slug = 'acme')`,
    fill: (
      count,
    ) => sql`insert into servers (id, organization_id, connection_id, slug, name, issuer, resource,
        access_token_lifetime, refresh_token_lifetime, deleted_at)
      select 's' || i, c.organization_id, c.id, 'full-' || i, 'full', 'https://full.example/' || i,
        'https://full.example/mcp', 60, 3600, now()
      from connections c, generate_series(1, ${count}::int) i where c.id = 'acme-okta'`,
    ask: (index) => [
      'PUT',
      `${ACME}/servers/new-${index}`,
      { name: 'New', resource: 'https://new.example/mcp', connection: 'okta' },
    ],
    pointer: '/name',
  },
  clients: {
    table: 'clients',
    of: sql`kind = 'preregistered' and server_id in (select id from servers where organization_id =
      (select id from organizations where slug = 'acme'))`,
    fill: (count) => sql`insert into clients
      (id, server_id, client_id, kind, redirect_uris, grant_types, token_endpoint_auth_method, metadata)
      select 'x' || i, s.id, 'full-' || i, 'preregistered', '{}', '{}', 'none', '{}'
      from servers s, generate_series(1, ${count}::int) i where slug = 'main'`,
    ask: (index) => [
      'PUT',
      `${ACME}/servers/second/clients/new-${index}`,
      { redirect_uris: ['http://127.0.0.1/callback'], token_endpoint_auth_method: 'none' },
    ],
    pointer: '/client_id',
  },
}

const kinds = Object.keys(MADE).filter((name): name is keyof typeof QUOTAS => name in QUOTAS)

/** Rows of earlier tests. */
afterEach(async () => {
  for (const full of [
    sql`api_keys where name = 'full'`,
    sql`setup_links where label = 'full'`,
    sql`invitations where email like '%@full.example'`,
    sql`operators where name = 'full'`,
    sql`platform_users where name = 'full'`,
    sql`clients where client_id like 'full-%'`,
    sql`servers where name = 'full'`,
    sql`connections where name = 'full'`,
  ])
    await store().db.execute(sql`delete from ${full}`)
})

describe('an organization’s administrators cannot make any number of', () => {
  it.each(kinds)(
    '%s: one more than the quota is refused, and who runs the installation adds it',
    async (kind) => {
      await apply()
      const { table, of, fill, ask, pointer } = MADE[kind]
      const [own, installation] = [await newKey('acme'), await newKey(null)]
      for (const slug of ['people', 'more-people'])
        await call('PUT', `${ACME}/connections/${slug}`, { key: installation, body: { type: 'platform' } })
      const [row] = await store().db.execute<{ count: number }>(
        sql`select count(*)::int as count from ${sql.identifier(table)} where ${of}`,
      )
      await store().db.execute(fill(QUOTAS[kind] - (row?.count ?? 0) - 1))
      const send = async (key: string, index: number) => {
        const [method, path, body] = ask(index)
        return call(method, path, { key, body })
      }
      // Of members, an invitation is none yet: here the last one is.
      const first = await send(own, 1)
      expect(first.status, JSON.stringify(first.body)).toBe(201)
      if (kind === 'members') await store().db.execute(fillOne)
      const before = await rows()
      const second = await send(own, 2)
      expect([second.status, second.body.errors]).toEqual([
        422,
        [{ pointer, detail: expect.stringContaining(`there are ${QUOTAS[kind]} already`) }],
      ])
      expect(await rows()).toEqual(before)
      expect((await send(installation, 3)).status).toBe(201)
    },
  )

  const fillOne = sql`with made as (
      insert into operators (id, name, email) values ('last', 'full', 'last@members.example') returning id)
    insert into members (id, organization_id, operator_id, role)
    select made.id, o.id, made.id, 'auditor' from organizations o, made where slug = 'acme'`

  it('what is there already can be changed beyond the quota', async () => {
    await apply()
    const key = await newKey('acme')
    await store().db.execute(MADE.servers.fill(QUOTAS.servers))
    const { body } = await call('GET', `${ACME}/servers/main`, { key })
    expect((await call('PUT', `${ACME}/servers/main`, { key, body: { ...body, name: 'Kept' } })).status).toBe(
      200,
    )
  })
})

describe('an API key has a rate', () => {
  const few = { burst: 3, perSecond: 0.1 }

  async function statuses(key: string, method: Method, count: number, ceilings = { requestsOfApiKey: few }) {
    const limits = createLimits({ ceilings })
    const endpoint = apiEndpoint(async () => ({ ...management(), limits }), ROUTES)
    const ask = (by: string) =>
      endpoint[method](
        new Request(`http://localhost:3000/api/v1${ACME}/keys`, {
          method,
          headers: {
            host: 'auth.example.com',
            authorization: `Bearer ${by}`,
            'content-type': 'application/json',
          },
          ...(method === 'POST' && { body: JSON.stringify({ name: 'one of many', role: 'auditor' }) }),
        }),
      )
    const answers = []
    for (let i = 0; i < count; i++) answers.push(await ask(key))
    return { answers, statuses: answers.map(({ status }) => status), ask }
  }

  it('of requests: beyond it the answer is a 429 that says when to come again, and other keys go on', async () => {
    await apply()
    const { answers, statuses: seen, ask } = await statuses(await newKey('acme'), 'GET', 4)
    expect(seen).toEqual([200, 200, 200, 429])
    expect(answers[3]?.headers.get('retry-after')).toBe('10')
    expect(answers[3]?.headers.get('content-type')).toBe('application/problem+json')
    expect(await answers[3]?.json()).toMatchObject({ title: 'Too many requests', status: 429 })
    expect((await ask(await newKey('acme'))).status).toBe(200)
  })

  it('of changes, which all keys of its organization share, and reading goes on', async () => {
    await apply()
    const ceilings = { requestsOfApiKey: { burst: 100, perSecond: 1 }, changesOfApiKeys: few }
    const { statuses: seen, ask } = await statuses(await newKey('acme'), 'POST', 4, ceilings)
    expect(seen).toEqual([201, 201, 201, 429])
    expect((await ask(await newKey('acme'))).status).toBe(429)
    expect((await ask(await newKey(null))).status, 'of who runs the installation').toBe(201)
  })
})
