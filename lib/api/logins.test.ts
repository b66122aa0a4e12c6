import { describe, expect, it } from 'vitest'
import { event, later, newRequest } from '@/lib/store/test-support/store-under-test'
import { connect, connectedServices, registered } from '@/lib/test-support/connected'
import { testApi } from './test-support/api'

const { apply, call, newKey, store } = testApi(connectedServices)
const { server } = connectedServices(store)

const LOGINS = '/organizations/acme/logins'
const referencesOf = (items: readonly { reference: string }[]) => items.map(({ reference }) => reference)

/** A login that was completed and one that failed, at a client of its own; and one of another organization. */
async function someLogins(name: string) {
  await apply()
  const main = await server('main')
  const client = await registered(store(), main, name)
  const complete = await connect(store(), main, { client, email: `${name}@acme.example` })
  const failed = await newRequest(store(), { server: main, client })
  const failure = { at: later(20), step: 'callback', outcome: 'failed', reason: 'upstream_denied' } as const
  await store().requests.fail(failed.request.id, event({ ...failure, detail: 'The provider said no.' }))
  const foreign = await newRequest(store(), { server: await server('globex') })
  return {
    client,
    grant: complete.grant,
    complete: complete.request.reference,
    failed: failed.request.reference,
    foreign: foreign.request.reference,
  }
}

describe('logins', () => {
  it('are found by how they ended, by whose they are and by when they were', async () => {
    const { client, grant, complete, failed, foreign } = await someLogins('finder')
    const key = await newKey('acme', 'auditor')
    const find = async (query: string) => {
      const { status, body } = await call('GET', `${LOGINS}?client=${client.clientId}${query}`, { key })
      expect(status).toBe(200)
      return referencesOf(body.items)
    }
    expect((await find('')).toSorted()).toEqual([complete, failed].toSorted())
    expect(await find('&outcome=completed')).toEqual([complete])
    expect(await find('&reason=upstream_denied')).toEqual([failed])
    expect(await find('&user=finder@')).toEqual([complete])
    expect(await find(`&user=${grant.userId}`)).toEqual([complete])
    expect(await find('&server=main&from=2026-11-02&until=2026-11-02')).toHaveLength(2)
    expect(await find('&server=second')).toEqual([])
    expect(await find('&from=2026-11-03')).toEqual([])
    expect(await find('&until=2026-11-01')).toEqual([])
    const { body } = await call('GET', `${LOGINS}?limit=200`, { key })
    expect(referencesOf(body.items)).toContain(complete)
    expect(referencesOf(body.items)).not.toContain(foreign)
  })

  it('name the client, the user and the grant as other addresses take them', async () => {
    const { client, grant, complete } = await someLogins('teller')
    const { body } = await call('GET', `${LOGINS}/${complete}`, { key: await newKey('acme') })
    expect(body).toMatchObject({
      reference: complete,
      server: 'main',
      outcome: 'completed',
      client: { id: client.id, client_id: client.clientId, name: 'teller' },
      user: { id: grant.userId, email: 'teller@acme.example' },
      device: false,
      grant: grant.id,
      created_at: later(0).toISOString(),
    })
    expect(body).not.toHaveProperty('reason')
  })

  it('have their steps, with remedies, however the reference is written', async () => {
    const { failed } = await someLogins('steps')
    const key = await newKey('acme')
    const { body } = await call('GET', `${LOGINS}/${failed.toLowerCase().replace('-', '')}`, { key })
    expect(body).toMatchObject({ reference: failed, outcome: 'failed', reason: 'upstream_denied' })
    expect(body).not.toHaveProperty('user')
    expect(body.timeline).toEqual([
      { at: later(0).toISOString(), step: 'authorize', outcome: 'ok', reason: 'ok' },
      {
        at: later(20).toISOString(),
        step: 'callback',
        outcome: 'failed',
        reason: 'upstream_denied',
        detail: 'The provider said no.',
        remedy: expect.stringContaining('Assign the user'),
      },
    ])
  })

  it('come page by page, each once, in the same filter', async () => {
    await apply()
    const [main, key] = [await server('main'), await newKey('acme')]
    const client = await registered(store(), main, 'pages')
    const made: string[] = []
    for (let i = 0; i < 5; i++)
      made.push((await newRequest(store(), { server: main, client })).request.reference)
    const seen: string[] = []
    let address: string | null = `${LOGINS}?limit=2&client=${client.clientId}`
    for (let pages = 0; address && pages < 9; pages++) {
      const { body, headers } = await call('GET', address, { key })
      expect(body.items.length).toBeLessThanOrEqual(2)
      seen.push(...referencesOf(body.items))
      address = /\/api\/v1([^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1] ?? null
      expect(address === null).toBe(body.next === undefined)
    }
    expect(seen.toSorted()).toEqual(made.toSorted())
  })
})

describe('who looks for logins', () => {
  it("gets nothing of another organization's, not even that it is there", async () => {
    const { complete, foreign, client } = await someLogins('theirs')
    const key = await newKey('acme')
    const [theirs, nobodys] = [
      await call('GET', `${LOGINS}/${foreign}`, { key }),
      await call('GET', `${LOGINS}/XXXX-XXXX`, { key }),
    ]
    expect([theirs.status, theirs.body]).toEqual([404, nobodys.body])
    expect((await call('GET', `${LOGINS}?server=globex`, { key })).status).toBe(404)
    const globex = await newKey('globex')
    expect((await call('GET', `/organizations/globex/logins/${complete}`, { key: globex })).status).toBe(404)
    const { body } = await call('GET', `/organizations/globex/logins?client=${client.clientId}`, {
      key: globex,
    })
    expect(body.items).toEqual([])
  })

  it.each([
    ['limit', 'limit=0'],
    ['outcome', 'outcome=nonsense'],
    ['reason', 'reason=toString'],
    ['from', 'from=2026-02-30'],
    ['from', 'from=0000-01-01'],
    ['until', 'until=yesterday'],
    ['client', 'client='],
    ['user', 'user=%00'],
    ['after', 'after=x'],
    ['after', `after=${Buffer.from('2026-02-30 10:00:00+00 id').toString('base64url')}`],
    ['after', `after=${Buffer.from('2026-02-03 10:00:00+99 id').toString('base64url')}`],
    ['after', `after=${Buffer.from('2026-02-03 99:00:00+00 id').toString('base64url')}`],
    ['clinet', 'clinet=x'],
  ])('reports that %s is wrong: %s', async (parameter, query) => {
    await apply()
    const { status, body } = await call('GET', `${LOGINS}?${query}`, { key: await newKey('acme') })
    expect([status, body.errors?.map((one: { parameter: string }) => one.parameter)]).toEqual([
      400,
      [parameter],
    ])
  })
})
