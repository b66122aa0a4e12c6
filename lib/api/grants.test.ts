import { describe, expect, it } from 'vitest'
import { later } from '@/lib/store/test-support/store-under-test'
import { connect, connectedServices } from '@/lib/test-support/connected'
import { testApi } from './test-support/api'

const { apply, call, newKey, store } = testApi(connectedServices)
const { server } = connectedServices(store)

const ACME = '/organizations/acme'
const GRANTS = `${ACME}/grants`
const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id)
const isRevoked = async (id: string) => Boolean((await store().grants.find(id))?.revokedAt)

async function connected(slug: 'main' | 'second' | 'globex') {
  await apply()
  return connect(store(), await server(slug))
}

describe('grants', () => {
  it('are found by server, client, user and state, with client and user', async () => {
    const { grant, client } = await connected('main')
    const key = await newKey('acme', 'auditor')
    const find = async (query: string) => idsOf((await call('GET', `${GRANTS}?${query}`, { key })).body.items)
    expect(await find('limit=200')).toContain(grant.id)
    expect(await find(`server=main&client=${client.id}`)).toEqual([grant.id])
    expect(await find(`user=${grant.userId}&state=all`)).toEqual([grant.id])
    expect(await find(`user=${grant.userId}&state=revoked`)).toEqual([])
    expect(await find(`user=${grant.userId}&server=second`)).toEqual([])
    const { body } = await call('GET', `${GRANTS}/${grant.id}`, { key })
    expect(body).toMatchObject({
      id: grant.id,
      kind: 'login',
      state: 'connected',
      server: 'main',
      client: { id: client.id, client_id: client.clientId, name: 'Inspector', blocked: false },
      user: { id: grant.userId, email: 'alice@acme.example', blocked: false },
      last_token_at: later(31).toISOString(),
      refreshable_until: later(3600).toISOString(),
    })
  })

  it('come page by page, each once', async () => {
    const { client, grant } = await connected('main')
    const key = await newKey('acme')
    const all = [grant.id]
    for (let i = 0; i < 2; i++) all.push((await connect(store(), await server('main'), { client })).grant.id)
    const first = await call('GET', `${GRANTS}?client=${client.id}&limit=2`, { key })
    expect(first.headers.get('link')).toContain(`client=${client.id}`)
    const rest = await call('GET', `${GRANTS}?client=${client.id}&limit=2&after=${first.body.next}`, { key })
    expect(rest.body).not.toHaveProperty('next')
    expect([...idsOf(first.body.items), ...idsOf(rest.body.items)].toSorted()).toEqual(all.toSorted())
  })

  it.each(['state=dead', 'after=x', 'client=%00', 'limit=201', 'statee=all'])(
    'refuse a query that says nothing: %s',
    async (query) => {
      await apply()
      const { status, body } = await call('GET', `${GRANTS}?${query}`, { key: await newKey('acme') })
      expect([status, body.errors[0].parameter]).toEqual([400, query.split('=')[0]])
    },
  )
})

describe('revoking a grant', () => {
  it('ends it at once, says until when a signed token may be taken, and writes down whose key it was', async () => {
    const { grant, token } = await connected('second')
    const key = await newKey('acme', 'support')
    const ended = await call('DELETE', `${GRANTS}/${grant.id}`, { key })
    expect(ended).toMatchObject({
      status: 200,
      body: {
        state: 'revoked',
        revoked_at: later(60).toISOString(),
        revoked_reason: 'revoked_by_operator',
        offline_until: later(60 + 3600).toISOString(),
      },
    })
    expect(ended.body).not.toHaveProperty('refreshable_until')
    expect((await store().refreshTokens.find(token.hash))?.grant.revokedAt).toBeDefined()
    const again = await call('DELETE', `${GRANTS}/${grant.id}`, { key })
    expect([again.status, again.body]).toEqual([200, ended.body])
    const log = await call('GET', `${ACME}/audit-log?limit=200`, { key })
    const entries = log.body.items.filter(
      (entry: { target: { id?: string } }) => entry.target.id === grant.id,
    )
    expect(entries).toEqual([
      expect.objectContaining({
        action: 'grant.revoked',
        actor: expect.objectContaining({ kind: 'api_key', name: 'a key for support' }),
      }),
    ])
  })

  it('says that nothing lives on where access tokens are opaque', async () => {
    const { grant } = await connected('main')
    const { body } = await call('DELETE', `${GRANTS}/${grant.id}`, { key: await newKey('acme') })
    expect(body.state).toBe('revoked')
    expect(body).not.toHaveProperty('offline_until')
  })

  it("finds no other organization's, for any role, and nothing for an auditor", async () => {
    const { grant } = await connected('main')
    const globex = { key: await newKey('globex') }
    const theirs = await call('DELETE', `/organizations/globex/grants/${grant.id}`, globex)
    const nobodys = await call('DELETE', '/organizations/globex/grants/nothing', globex)
    expect([theirs.status, theirs.body]).toEqual([404, nobodys.body])
    expect((await call('GET', `/organizations/globex/grants/${grant.id}`, globex)).status).toBe(404)
    const auditor = { key: await newKey('acme', 'auditor') }
    expect((await call('DELETE', `${GRANTS}/${grant.id}`, auditor)).status).toBe(403)
    expect(await isRevoked(grant.id)).toBe(false)
  })

  it("tells nothing of another organization's servers, clients and users", async () => {
    const { grant, client } = await connected('globex')
    const key = await newKey('acme')
    for (const query of ['server=globex', `client=${client.id}`, `user=${grant.userId}`])
      expect((await call('GET', `${GRANTS}?${query}`, { key })).status).toBe(404)
  })
})

describe('keeping out', () => {
  it.each(['client', 'user'] as const)('a %s, and letting in again, as often as one likes', async (kind) => {
    const { grant, client } = await connected('main')
    const key = await newKey('acme', 'support')
    const address = `${ACME}/blocked-${kind}s/${kind === 'client' ? client.id : grant.userId}`
    const isBlocked = async () => (await call('GET', `${GRANTS}/${grant.id}`, { key })).body[kind].blocked
    for (const _ of ['once', 'twice']) expect((await call('PUT', address, { key })).status).toBe(204)
    expect(await isBlocked()).toBe(true)
    for (const _ of ['once', 'twice']) expect((await call('DELETE', address, { key })).status).toBe(204)
    expect(await isBlocked()).toBe(false)
    expect(await isRevoked(grant.id)).toBe(false)
  })

  it("finds no other organization's client and user", async () => {
    const { grant, client } = await connected('main')
    const key = await newKey('globex')
    for (const address of [`blocked-clients/${client.id}`, `blocked-users/${grant.userId}`]) {
      expect((await call('PUT', `/organizations/globex/${address}`, { key })).status).toBe(404)
      expect((await call('DELETE', `/organizations/globex/${address}`, { key })).status).toBe(404)
    }
    const { body } = await call('GET', `${GRANTS}/${grant.id}`, { key: await newKey('acme') })
    expect([body.client.blocked, body.user.blocked]).toEqual([false, false])
  })
})
