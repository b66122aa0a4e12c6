import { eq, sql } from 'drizzle-orm'
import { describe, expect, it, vi } from 'vitest'
import { apiKeys } from '@/drizzle/schema/api-keys'
import { organizations } from '@/drizzle/schema/organizations'
import { createApiKey } from '@/lib/api-keys/api-keys'
import type { Json } from '@/lib/configuration/schema/wire'
import { beginConnectionTest } from '@/lib/connections/run-test'
import { people } from '@/lib/members/test-support/people'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { isSecretOf } from '@/lib/store/configuration/configuration'
import { inTurn, TRUSTED } from '@/lib/store/configuration/configuration-queue'
import type { Transaction } from '@/lib/store/database/database'
import { connect, connectedServices } from '@/lib/test-support/connected'
import { SECRETS } from '@/lib/test-support/example'
import { ROUTES } from './routes/all'
import { testApi } from './test-support/api'

const { apply, call, management, newKey, rows, scope, store } = testApi()

const OKTA = '/organizations/acme/connections/okta'
const hasSecret = async (slug: string, secret: string) => {
  const connection = (await rows()).connections.find((row) => row.slug === slug)
  return connection && isSecretOf(store().sealer)(connection, secret)
}

describe('an administrator', () => {
  it('cannot have a stored secret sent to himself', async () => {
    await apply()
    const key = await newKey('acme', 'admin')
    const { body } = await call('GET', OKTA, { key })
    for (const moved of [
      { issuer: 'https://evil.example' },
      { revocation_endpoint: 'https://evil.example/revoke' },
      { metadata_url: 'https://evil.example/metadata' },
      {
        type: 'oauth2',
        issuer: undefined,
        authorization_endpoint: 'https://evil.example/a',
        token_endpoint: 'https://evil.example/t',
        userinfo_endpoint: 'https://evil.example/u',
      },
    ]) {
      const answer = await call('PUT', OKTA, { key, body: { ...body, ...moved } })
      expect([answer.status, answer.body.errors?.[0].pointer]).toEqual([422, '/client_secret'])
    }
    expect((await call('PUT', OKTA, { key, body: { ...body, name: 'Kept' } })).status).toBe(200)
    expect(await hasSecret('okta', SECRETS.OKTA_SECRET)).toBe(true)
  })

  it.each(['env:DATABASE_URL', 'env:KEPT_0', 'env:ENTERED', 'file:/etc/passwd'])(
    'cannot read the process’s secrets: %s is only text',
    async (secret) => {
      await apply()
      const key = await newKey('acme', 'admin')
      const body = { type: 'oidc', issuer: 'https://login.example', client_id: 'v', client_secret: secret }
      expect((await call('PUT', '/organizations/acme/connections/text', { key, body })).status).toBeLessThan(
        300,
      )
      expect(await hasSecret('text', secret)).toBe(true)
      for (const field of ['issuer', 'client_id', 'name']) {
        const { body: answer } = await call('PUT', '/organizations/acme/connections/text', {
          key,
          body: { ...body, issuer: 'https://login.example', [field]: secret },
        })
        expect(JSON.stringify(answer)).not.toMatch(/postgres|root:|S3CR3T/)
      }
    },
  )

  it('cannot take the address of the installation, nor a host, nor what others have', async () => {
    await apply()
    const key = await newKey('globex', 'owner')
    const body = { name: 'Grab', resource: 'https://grab.example/mcp', connection: 'github' }
    const put = (slug: string, extra: { readonly [name: string]: Json }) =>
      call('PUT', `/organizations/globex/servers/${slug}`, { key, body: { ...body, ...extra } })
    for (const [extra, pointer] of [
      [{ default: true }, '/default'],
      [{ issuer_host: 'auth.victim.example' }, '/issuer_host'],
    ] as const)
      expect((await put('grab', extra)).body.errors).toEqual([expect.objectContaining({ pointer })])
    expect((await put('main', {})).body.errors).toEqual([expect.objectContaining({ pointer: '/slug' })])
    expect((await put('grab', { connection: 'okta' })).status).toBe(422)
    expect((await rows()).servers.map(({ slug }) => slug).toSorted()).toEqual(['globex', 'main', 'second'])
  })
})

describe('a key', () => {
  it('never makes one that may do more than itself', async () => {
    await apply()
    const key = await newKey('acme', 'admin')
    const make = (role: string) =>
      call('POST', '/organizations/acme/keys', { key, body: { name: 'x', role } })
    expect((await make('owner')).body.errors).toEqual([
      { pointer: '/role', detail: 'may do more than you: choose another' },
    ])
    expect((await make('admin')).status).toBe(201)
  })

  it('ends at once when it is revoked, and when its time is over', async () => {
    await apply()
    const owner = await newKey('acme')
    const made = await call('POST', '/organizations/acme/keys', {
      key: owner,
      body: { name: 'x', role: 'auditor' },
    })
    const use = (key: string) => call('GET', '/organizations/acme', { key })
    expect((await use(made.body.key)).status).toBe(200)
    expect((await call('DELETE', `/organizations/acme/keys/${made.body.id}`, { key: owner })).status).toBe(
      204,
    )
    expect((await use(made.body.key)).status).toBe(401)
    expect((await call('DELETE', `/organizations/acme/keys/${made.body.id}`, { key: owner })).status).toBe(
      404,
    )
    const soon = { name: 'soon', role: 'auditor', expiresAt: new Date(Date.now() + 3600_000) } as const
    const { key, id } = await createApiKey(await scope('acme'), soon, management())
    expect((await use(key)).status).toBe(200)
    await store().db.execute(
      sql`update api_keys set expires_at = now() - interval '1 second' where id = ${id}`,
    )
    expect((await use(key)).status).toBe(401)
  })

  /** What a change is answered for which something happens while it waits for its turn. */
  async function overtaken(
    key: string,
    change: () => ReturnType<typeof call>,
    by: (tx: Transaction) => unknown,
  ) {
    const { id } = await findApiKey(key)
    await store().db.update(apiKeys).set({ lastUsedAt: null }).where(eq(apiKeys.id, id))
    let [begin, go] = [() => {}, () => {}]
    const begun = new Promise<void>((resolve) => {
      begin = resolve
    })
    const gone = new Promise<void>((resolve) => {
      go = resolve
    })
    const turn = inTurn(store().db, TRUSTED, async (tx) => {
      begin()
      await gone
      await by(tx)
    })
    await begun
    const waiting = change()
    // Once the key was found good, and the change waits.
    await vi.waitFor(async () => expect((await findApiKey(key)).lastUsedAt).toBeTruthy())
    go()
    await turn
    return waiting
  }

  async function findApiKey(key: string) {
    const [row] = await store()
      .db.select()
      .from(apiKeys)
      .where(eq(apiKeys.hash, hashSecret(key)))
    if (!row) throw new Error('there is no such key')
    return row
  }

  it('that is revoked while its change waits for its turn changes nothing', async () => {
    await apply()
    const key = await newKey('acme', 'admin')
    const { body } = await call('GET', OKTA, { key })
    const { id } = await findApiKey(key)
    const change = () => call('PUT', OKTA, { key, body: { ...body, name: 'Hijacked' } })
    const { status } = await overtaken(key, change, (tx) =>
      tx.update(apiKeys).set({ revokedAt: new Date() }).where(eq(apiKeys.id, id)),
    )
    expect(status).toBe(403)
    expect((await rows()).connections.map(({ name }) => name)).not.toContain('Hijacked')
  })

  it('whose change waits while the organization is deleted is told that there is none', async () => {
    const key = await newKey(null)
    const brief = { slug: 'brief', name: 'Brief' }
    expect((await call('POST', '/organizations', { key, body: brief })).status).toBe(201)
    const { status } = await overtaken(
      key,
      () => call('PUT', '/organizations/brief/connections/own', { key, body: { type: 'platform' } }),
      (tx) =>
        tx.update(organizations).set({ deletedAt: new Date() }).where(eq(organizations.slug, brief.slug)),
    )
    expect(status).toBe(404)
  })

  it('of one organization cannot be revoked by another, nor by way of the installation', async () => {
    await apply()
    const [victim, stranger] = [await newKey('acme'), await newKey('globex')]
    const { body } = await call('GET', '/organizations/acme/keys?limit=200', { key: victim })
    const [{ id }] = body.items
    expect((await call('DELETE', `/organizations/globex/keys/${id}`, { key: stranger })).status).toBe(404)
    expect((await call('DELETE', `/keys/${id}`, { key: await newKey(null) })).status).toBe(404)
    expect((await call('GET', '/organizations/acme', { key: victim })).status).toBe(200)
  })

  it('is not at rest: neither itself, nor in the answer that is kept', async () => {
    await apply()
    const { body } = await call('POST', '/organizations/acme/keys', {
      key: await newKey('acme'),
      body: { name: 'x', role: 'auditor' },
      headers: { 'idempotency-key': 'kept' },
    })
    for (const table of ['api_keys', 'idempotent_requests', 'audit_log']) {
      const stored = JSON.stringify(await store().db.execute(sql`select * from ${sql.identifier(table)}`))
      expect(stored).not.toContain(body.key)
      expect(stored).not.toContain('vst_key_')
    }
  })

  it.each([
    ['in the address', { path: '?access_token=KEY' }],
    ['as a password', { authorization: 'Basic KEY' }],
    ['twice', { authorization: 'Bearer KEY, Bearer KEY' }],
    ['without its scheme', { authorization: 'KEY' }],
  ])(
    'does not count %s',
    async (_, { path = '', authorization = '' }: { path?: string; authorization?: string }) => {
      await apply()
      const key = await newKey('acme')
      const headers: Record<string, string> = authorization
        ? { authorization: authorization.replaceAll('KEY', key) }
        : {}
      expect((await call('GET', `/organizations/acme${path.replace('KEY', key)}`, { headers })).status).toBe(
        401,
      )
    },
  )
})

it('no answer ever holds a secret that is stored', async () => {
  await apply()
  const key = await newKey(null)
  const { request, grant, client } = await connect(store(), await connectedServices(store).server('main'))
  const hook = { key, body: { url: 'https://receiver.example/hook' } }
  const make = async (path: string, body: unknown) => (await call('POST', path, { key, body })).body.id
  const made = await call('POST', '/organizations/acme/webhooks', hook)
  await call('PUT', '/organizations/acme/connections/accounts', { key, body: { type: 'platform' } })
  const olive = { ...(await scope('acme')), actor: { kind: 'operator', id: 'olive', name: 'Olive' } } as const
  const member = (await people(store).member('vera', 'auditor')).id
  const values = {
    organization: 'acme',
    webhook: made.body.id,
    member,
    operator: member,
    user: grant.userId ?? '',
    test: (await beginConnectionTest(olive, 'okta', connectedServices(store).management())).id,
    person: await make('/organizations/acme/connections/accounts/people', { address: 'p@acme.example' }),
    setup_link: await make('/organizations/acme/setup-links', { label: 'Jane', connection: 'okta' }),
    invitation: await make('/organizations/acme/invitations', { email: 'i@acme.example', role: 'auditor' }),
    key: await make('/organizations/acme/keys', { name: 'a', role: 'auditor' }),
    connection: 'okta',
    server: 'main',
    client: 'ci',
    reference: request.reference,
    grant: grant.id,
  }
  const ofInstallation = await make('/keys', { name: 'b', role: 'auditor' })
  const reading = ROUTES.filter(({ method }) => method === 'GET')
  expect(reading.length).toBeGreaterThan(8)
  for (const { path } of reading) {
    const own = {
      ...values,
      ...(path.includes('/people') && { connection: 'accounts' }),
      ...(path.startsWith('/keys') && { key: ofInstallation }),
      ...(path.includes('/blocked-') && { client: client.id }),
    }
    const address = path.replace(/\{(\w+)\}/g, (__, name: keyof typeof values) => own[name])
    if (path.includes('/blocked-')) await call('PUT', address, { key })
    const { status, body } = await call('GET', address, { key })
    expect([path, status]).toEqual([path, 200])
    expect(JSON.stringify(body)).not.toMatch(/S3CR3T|whsec_|"(client|resource)_secret":/)
  }
})

it('guessing keys is slowed down, and a valid key is not', async () => {
  await apply()
  const key = await newKey('acme')
  const { createLimits } = await import('@/lib/http/limits')
  const { apiEndpoint } = await import('./endpoint')
  const limits = createLimits()
  const { GET } = apiEndpoint(async () => ({ ...management(), limits }), ROUTES)
  const ask = (presented: string) =>
    GET(
      new Request('http://localhost/api/v1/organizations/acme', {
        headers: { host: 'auth.example.com', authorization: `Bearer ${presented}` },
      }),
    )
  const statuses = new Set<number>()
  for (let i = 0; i < 1_500 && !statuses.has(429); i++) statuses.add((await ask('vst_key_wrong')).status)
  expect([...statuses]).toEqual([401, 429])
  expect((await ask(key)).status).toBe(200)
})
