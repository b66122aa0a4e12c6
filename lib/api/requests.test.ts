import { describe, expect, it } from 'vitest'
import type { Json } from '@/lib/configuration/schema/wire'
import { testApi } from './test-support/api'

const { apply, call, newKey, rows, store } = testApi()

const CONNECTION = {
  type: 'oidc',
  issuer: 'https://login.example',
  client_id: 'v',
  client_secret: 'S3CR3T-one',
}
const SERVER = { name: 'Files', resource: 'https://files.example/mcp', connection: 'login' }

/** A new organization, and a key of it. */
async function newOrganization(slug: string) {
  const root = await newKey(null)
  const { status } = await call('POST', '/organizations', { key: root, body: { slug, name: slug } })
  expect(status).toBe(201)
  return { root, key: await newKey(slug), path: `/organizations/${slug}` }
}

describe('setting up a customer', () => {
  it('creates, reads back, changes and replaces, by addresses that are names', async () => {
    const { key, path } = await newOrganization('initech')
    const put = (what: string, body: Json) => call('PUT', `${path}/${what}`, { key, body })
    const made = await put('connections/login', CONNECTION)
    expect(made).toMatchObject({
      status: 201,
      body: { slug: 'login', name: 'Login', has_client_secret: true, scopes: ['openid', 'email', 'profile'] },
    })
    expect(made.body.callback_url).toBe(`https://auth.example.com/oauth/callback/${made.body.id}`)
    expect(await put('servers/files', SERVER)).toMatchObject({
      status: 201,
      body: { issuer: 'https://auth.example.com/s/files', has_resource_secret: false },
    })
    const client = { redirect_uris: ['https://a.example/cb'], token_endpoint_auth_method: 'none' }
    expect(await put('servers/files/clients/cli', client)).toMatchObject({
      status: 201,
      body: { client_id: 'cli', has_client_secret: false },
    })
    const read = await call('GET', `${path}/servers/files`, { key })
    const again = await put('servers/files', { ...read.body, name: 'Renamed' })
    expect(again).toMatchObject({ status: 200, body: { name: 'Renamed', issuer: read.body.issuer } })
    expect((await call('GET', `${path}/servers/files/clients`, { key })).body.items).toHaveLength(1)
    expect(await call('PATCH', path, { key, body: { name: 'Initech Inc' } })).toMatchObject({
      status: 200,
      body: { slug: 'initech', name: 'Initech Inc' },
    })
  })

  it('takes a connection to accounts of our own, which has no secret and no callback', async () => {
    const { key, path } = await newOrganization('hooli')
    const put = (body: Json) => call('PUT', `${path}/connections/people`, { key, body })
    expect((await put(CONNECTION)).status).toBe(201)
    const { status, body } = await put({ type: 'platform' })
    expect([status, body.type, body.has_client_secret]).toEqual([200, 'platform', false])
    expect(body).not.toHaveProperty('callback_url')
    expect((await put({ type: 'platform', client_secret: 'x' })).status).toBe(422)
  })

  it('is in the audit log, under the name of the key, and as lines', async () => {
    const { key, path } = await newOrganization('audited')
    await call('PUT', `${path}/connections/login`, { key, body: CONNECTION })
    const { body } = await call('GET', `${path}/audit-log?limit=2`, { key })
    expect(body.items[0]).toMatchObject({
      action: 'connection.created',
      actor: { kind: 'api_key', name: 'a key for owner' },
      target: { name: 'audited/login' },
    })
    const rest = await call('GET', `${path}/audit-log?after=${body.next}`, { key })
    expect(rest.body.items.at(-1)).toMatchObject({ sequence: 1, action: 'organization.created' })
    const lines = await call('GET', `${path}/audit-log`, { key, headers: { accept: 'application/jsonl' } })
    expect(lines.headers.get('content-type')).toBe('application/jsonl')
    const exported = lines.body
      .trimEnd()
      .split('\n')
      .map((line: string) => JSON.parse(line))
    expect(exported).toEqual([...body.items, ...rest.body.items])
    expect(lines.body).not.toContain('S3CR3T')
  })

  it('is read page by page, each thing once', async () => {
    const { key, path } = await newOrganization('paged')
    for (const slug of ['e', 'b', 'd', 'a', 'c'])
      await call('PUT', `${path}/connections/${slug}`, { key, body: CONNECTION })
    const seen: string[] = []
    let address: string | null = `${path}/connections?limit=2`
    for (let pages = 0; address && pages < 9; pages++) {
      const { body, headers } = await call('GET', address, { key })
      seen.push(...body.items.map(({ slug }: { slug: string }) => slug))
      const link = /^<https:\/\/auth\.example\.com\/api\/v1([^>]+)>; rel="next"$/.exec(
        headers.get('link') ?? '',
      )
      expect(link?.[1] === undefined).toBe(body.next === undefined)
      address = link?.[1] ?? null
    }
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e'])
  })
})

describe('what is wrong', () => {
  it('is reported all at once, each by its place in the body', async () => {
    const { key, path } = await newOrganization('wrong')
    await call('PUT', `${path}/connections/login`, { key, body: CONNECTION })
    const body = { ...SERVER, resource: 'nonsense', scopes: [{ name: 'a b', description: 'x' }], nmae: 1 }
    const { status, headers, body: problem } = await call('PUT', `${path}/servers/wrong`, { key, body })
    expect([status, headers.get('content-type')]).toEqual([422, 'application/problem+json'])
    expect(problem).toMatchObject({
      type: 'https://auth.example.com/api/v1/problems/invalid-input',
      status: 422,
    })
    const pointers = problem.errors.map(({ pointer }: { pointer: string }) => pointer)
    expect(pointers.toSorted()).toEqual(['/nmae', '/resource', '/scopes/0/name'])
    const explained = await call('GET', '/problems/invalid-input')
    expect(explained).toMatchObject({ status: 200, body: { type: problem.type } })
    expect((await rows()).servers.some(({ slug }) => slug === 'wrong')).toBe(false)
  })

  it.each([
    ['another slug than in the address', { ...CONNECTION, slug: 'other' }, '/slug'],
    ['an empty secret', { ...CONNECTION, client_secret: '' }, '/client_secret'],
    ['a secret that is no text', { ...CONNECTION, client_secret: 7 }, '/client_secret'],
    ['no secret where one is needed', { ...CONNECTION, client_secret: null }, '/client_secret'],
  ])('%s', async (_, body, pointer) => {
    await apply()
    const key = await newKey('acme')
    const { status, body: problem } = await call('PUT', '/organizations/acme/connections/x', { key, body })
    expect([status, problem.errors[0].pointer]).toEqual([422, pointer])
  })

  it.each([
    ['no JSON', '{', {}, 400, 'malformed-body'],
    ['a list', '[]', {}, 400, 'malformed-body'],
    ['too deep', `{"a":${'['.repeat(40)}${']'.repeat(40)}}`, {}, 400, 'malformed-body'],
    ['NUL', '{"name":"a\\u0000","role":"owner"}', {}, 400, 'malformed-body'],
    ['half a character', '{"name":"\\ud800","role":"owner"}', {}, 400, 'malformed-body'],
    ['too long', JSON.stringify({ name: 'x'.repeat(70_000) }), {}, 413, 'body-too-large'],
    [
      'a form',
      'name=x',
      { 'content-type': 'application/x-www-form-urlencoded' },
      415,
      'unsupported-media-type',
    ],
    ['a strange role', '{"name":"x","role":"god"}', {}, 422, 'invalid-input'],
    [
      'an expiry in the past',
      '{"name":"x","role":"owner","expires_at":"2020-01-01T00:00:00Z"}',
      {},
      422,
      'invalid-input',
    ],
  ])('a body: %s', async (_, body, headers, status, name) => {
    await apply()
    const answer = await call('POST', '/organizations/acme/keys', {
      key: await newKey('acme'),
      body,
      headers,
    })
    expect([answer.status, answer.body.type]).toEqual([
      status,
      `https://auth.example.com/api/v1/problems/${name}`,
    ])
  })

  it.each(['?limit=0', '?limit=201', '?limit=x', '?after=x', '?after=W10', '?afetr=x'])(
    'a query: %s',
    async (query) => {
      await apply()
      for (const list of [
        '/organizations',
        '/keys',
        '/organizations/acme/audit-log',
        '/organizations/acme/servers',
      ]) {
        const { status, body } = await call('GET', list + query, { key: await newKey(null) })
        expect([status, body.errors[0].parameter]).toEqual([400, /\w+/.exec(query)?.[0]])
      }
    },
  )

  it('an address or a method that there is not', async () => {
    const key = await newKey(null)
    for (const path of [
      '/nothing',
      '/organizations/acme/x',
      '/organizations//servers',
      '/problems/x',
      '/organizations/%zz',
    ])
      expect((await call('GET', path, { key })).status).toBe(404)
    const { status, headers } = await call('DELETE', '/organizations', { key })
    expect([status, headers.get('allow')]).toEqual([405, 'GET, POST'])
    const elsewhere = { headers: { host: 'auth.acme.com' } }
    expect((await call('GET', '/organizations', { key, ...elsewhere })).status).toBe(404)
    expect((await call('GET', '/openapi.json', elsewhere)).status).toBe(404)
  })
})

describe('an idempotency key', () => {
  const send = (key: string, name: string, id: string) =>
    call('POST', '/organizations/acme/keys', {
      key,
      body: { name, role: 'auditor' },
      headers: { 'idempotency-key': id },
    })
  const named = async (key: string, name: string) => {
    const { body } = await call('GET', '/organizations/acme/keys?limit=200', { key })
    return body.items.filter((item: { name: string }) => item.name === name)
  }

  it('gives the same answer again, secret and all, and does nothing twice', async () => {
    await apply()
    const key = await newKey('acme')
    const first = await send(key, 'once', 'a')
    const second = await send(key, 'once', 'a')
    expect(first).toMatchObject({ status: 201, body: { key: expect.stringMatching(/^vst_key_[\w-]{43}$/) } })
    expect([second.status, second.body]).toEqual([201, first.body])
    expect([first, second].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true'])
    expect(await named(key, 'once')).toHaveLength(1)
  })

  it('makes one of many at once', async () => {
    await apply()
    const key = await newKey('acme')
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(key, 'many', 'b')))
    for (const { status } of answers) expect([201, 409]).toContain(status)
    expect(new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.key)).size).toBe(1)
    expect(await named(key, 'many')).toHaveLength(1)
  })

  it('is answered also when the answer cannot be kept just now, and still does nothing twice', async () => {
    await apply()
    const key = await newKey('acme')
    const run = (statement: string) => store().db.execute(statement)
    await run(`create function refuse() returns trigger language plpgsql as $$ begin
      raise 'out of time' using errcode = 'query_canceled';
    end $$`)
    await run(
      'create trigger refuse before update on idempotent_requests for each row execute function refuse()',
    )
    const first = await send(key, 'kept later', 'e')
    await run('drop function refuse cascade')
    expect(first.status).toBe(201)
    const again = async () => (await send(key, 'kept later', 'e')).body
    await expect.poll(again, { timeout: 10_000 }).toEqual(first.body)
    expect(await named(key, 'kept later')).toHaveLength(1)
  })

  it('belongs to one request, and to one API key', async () => {
    await apply()
    const [mine, other] = [await newKey('acme'), await newKey('acme')]
    await send(mine, 'mine', 'c')
    expect((await send(mine, 'changed', 'c')).body.type).toContain('idempotency-key-reused')
    expect((await send(other, 'theirs', 'c')).status).toBe(201)
    expect((await send(mine, 'x', 'ä')).status).toBe(400)
  })

  it('remembers a refusal, too', async () => {
    await apply()
    const key = await newKey('acme')
    const refused = await send(key, '', 'd')
    expect(refused.status).toBe(422)
    expect(await send(key, '', 'd')).toMatchObject({ status: 422, body: refused.body })
  })
})
