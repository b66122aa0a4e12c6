import { sql } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Json } from '@/lib/configuration/schema/wire'
import type { Method } from './routing'
import { testApi } from './test-support/api'

const api = testApi()
const { call, apply, newKey, store } = api

const SERVER = '/organizations/acme/servers/second'
const WEBHOOKS = '/organizations/acme/webhooks'

let key = ''
let installation = ''
beforeAll(async () => {
  await apply()
  key = await newKey('acme')
  installation = await newKey(null)
})

type JsonObject = { readonly [name: string]: Json }

type Thing = {
  readonly path: string
  readonly method: Method
  /** What a writer sends of what was read. */
  change(read: JsonObject, value: string): JsonObject
  /** Where it stands in the body. */
  readonly field: string
  /** What stands there then; the value itself when absent. */
  stored?(value: string): Json
}

const DAYS: Readonly<Record<string, number>> = { Theirs: 30, Ours: 60, Again: 90, Without: 120 }

const named = (read: JsonObject, name: string) => ({ ...read, name })

const THINGS: Readonly<Record<string, Thing>> = {
  connection: { path: '/organizations/acme/connections/okta', method: 'PUT', change: named, field: 'name' },
  'client id of a connection': {
    path: '/organizations/acme/connections/okta',
    method: 'PUT',
    change: (read, value) => ({ ...read, client_id: value }),
    field: 'client_id',
  },
  server: { path: SERVER, method: 'PUT', change: named, field: 'name' },
  client: {
    path: '/organizations/acme/servers/main/clients/ci',
    method: 'PUT',
    change: named,
    field: 'name',
  },
  organization: {
    path: '/organizations/acme',
    method: 'PATCH',
    change: (_, name) => ({ name }),
    field: 'name',
  },
  branding: {
    path: `${SERVER}/branding`,
    method: 'PUT',
    change: (_, name) => ({ name }),
    field: 'name',
  },
  retention: {
    path: '/organizations/acme/retention',
    method: 'PUT',
    change: (read, value) => ({ ...read, ended_grants: DAYS[value] ?? 7 }),
    field: 'ended_grants',
    stored: (value) => DAYS[value] ?? 7,
  },
}

describe.each(Object.entries(THINGS))(
  'a %s',
  (_, { path, method, change, field, stored: as = (value) => value }) => {
    it('that somebody changed meanwhile is not replaced, and the second writer is told what is stored', async () => {
      const { headers, body: read } = await call('GET', path, { key })
      const etag = headers.get('etag') ?? ''
      expect(etag).toMatch(/^"[\w-]{22}"$/)
      const writer = (value: string) =>
        call(method, path, { key, headers: { 'if-match': etag }, body: change(read, value) })
      const [one, two] = await Promise.all([writer('Theirs'), writer('Ours')])
      expect([one.status, two.status].toSorted()).toEqual([200, 412])
      const [won, lost] = one.status === 200 ? [one, two] : [two, one]
      const value = as(won === one ? 'Theirs' : 'Ours')
      expect(lost.body).toMatchObject({
        type: 'https://auth.example.com/api/v1/problems/precondition-failed',
        errors: [{ pointer: `/${field}`, detail: `was changed meanwhile: “${value}” is stored now` }],
      })
      const { headers: now, body: stored } = await call('GET', path, { key })
      expect(stored[field]).toBe(value)
      expect([won.headers.get('etag'), lost.headers.get('etag')]).toEqual([now.get('etag'), now.get('etag')])
      const again = { key, headers: { 'if-match': `"other", ${now.get('etag')}` } }
      expect((await call(method, path, { ...again, body: change(read, 'Again') })).status).toBe(200)
      expect((await call(method, path, { key, body: change(read, 'Without') })).status).toBe(200)
    })

    it.each(['"nonsense"', 'W/"{etag}"', 'nonsense'])('is not changed for %s', async (tag) => {
      const { headers, body } = await call('GET', path, { key })
      const match = tag.replace('"{etag}"', headers.get('etag') ?? '')
      const answer = await call(method, path, {
        key,
        headers: { 'if-match': match },
        body: change(body, 'X'),
      })
      expect(answer.status).toBe(412)
      expect((await call('GET', path, { key })).headers.get('etag')).toBe(headers.get('etag'))
      const any = { key, headers: { 'if-match': '*' }, body: change(body, 'Any') }
      expect((await call(method, path, any)).status).toBe(200)
    })
  },
)

it('a webhook: two writers at once, and a deletion of what was changed', async () => {
  const made = await call('POST', WEBHOOKS, { key, body: { url: 'https://hooks.example/one' } })
  const path = `${WEBHOOKS}/${made.body.id}`
  const etag = (await call('GET', path, { key })).headers.get('etag') ?? ''
  const write = (url: string) =>
    call('PATCH', path, { key, headers: { 'if-match': etag }, body: { url: `https://hooks.example/${url}` } })
  const answers = await Promise.all([write('two'), write('three')])
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412])
  expect((await call('DELETE', path, { key, headers: { 'if-match': etag } })).status).toBe(412)
  const now = (await call('GET', path, { key })).headers.get('etag') ?? ''
  expect((await call('DELETE', path, { key, headers: { 'if-match': now } })).status).toBe(204)
})

it('a member: of two who give them another role at once, the second is told', async () => {
  await store().db.execute(
    sql`insert into operators (id, name, email) values ('mia', 'Mia', 'mia@acme.example')`,
  )
  await store().db.execute(sql`insert into members (id, organization_id, operator_id, role)
    select 'mia', id, 'mia', 'auditor' from organizations where slug = 'acme'`)
  const path = '/organizations/acme/members/mia'
  const etag = (await call('GET', path, { key })).headers.get('etag') ?? ''
  expect(etag).toMatch(/^"[\w-]{22}"$/)
  const write = (role: string) => call('PATCH', path, { key, headers: { 'if-match': etag }, body: { role } })
  const answers = await Promise.all([write('support'), write('admin')])
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412])
  expect((await call('PATCH', path, { key, body: { role: 'auditor' } })).status).toBe(200)
})

it('nothing is deleted that is not what was read, and no grant of it ends', async () => {
  const connection = {
    type: 'oidc',
    issuer: 'https://gone.example',
    client_id: 'v',
    client_secret: 'a secret',
  }
  const at = '/organizations/acme/connections/gone'
  await call('PUT', at, { key, body: connection })
  const server = { name: 'Gone', resource: 'https://gone.example/mcp', connection: 'gone' }
  await call('PUT', '/organizations/acme/servers/gone', { key, body: server })
  for (const path of ['/organizations/acme/servers/gone', at]) {
    const { headers, body } = await call('GET', path, { key })
    const etag = headers.get('etag') ?? ''
    await call('PUT', path, { key, body: { ...body, name: 'Changed' } })
    expect((await call('DELETE', path, { key, headers: { 'if-match': etag } })).status).toBe(412)
    const now = (await call('GET', path, { key })).headers.get('etag') ?? ''
    expect((await call('DELETE', path, { key, headers: { 'if-match': now } })).status).toBe(204)
  }
})

it('nothing is created for whoever read something', async () => {
  const body = { name: 'New', resource: 'https://fresh.example/mcp', connection: 'okta' }
  const at = '/organizations/acme/servers/fresh'
  expect((await call('PUT', at, { key, headers: { 'if-match': '*' }, body })).status).toBe(412)
  expect((await call('GET', at, { key })).status).toBe(404)
})

it('what has no version is not changed under a condition', async () => {
  const { body } = await call('GET', '/organizations', { key: installation })
  expect(body.items).not.toEqual([])
  const sent = { key, headers: { 'if-match': '"x"' } }
  expect((await call('DELETE', '/organizations/acme/keys/none', sent)).status).toBe(412)
})
