import { describe, expect, it } from 'vitest'
import {
  complete,
  completedLogin,
  later,
  newRequest,
  refreshToken,
  rotateAt,
} from '@/lib/store/test-support/store-under-test'
import { NotFound } from '../access'
import { connect, connectedServices, registered } from '../test-support/connected'
import { EXAMPLE } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { findGrant, listClients, listGrants, listUsers, PAGE_SIZE } from './list'

const { apply, store } = testInstallation()
const { management, scope, server } = connectedServices(store)

describe('grants', () => {
  it('are listed with whose they are, and when they last got a token', async () => {
    await apply(EXAMPLE)
    const { grant, client } = await connect(store(), await server('main'))
    const { rows, next } = await listGrants(await scope('acme'), { state: 'live' }, management())
    expect(next).toBeUndefined()
    expect(rows).toEqual([
      expect.objectContaining({
        id: grant.id,
        state: 'connected',
        server: 'main',
        clientRowId: client.id,
        userEmail: 'alice@acme.example',
        lastTokenAt: later(31),
        refreshableUntil: later(3600),
      }),
    ])
    const [idle] = (await listGrants(await scope('acme'), { state: 'live' }, management(later(7200)))).rows
    expect(idle?.state).toBe('idle')
  })

  it('of a login whose code was never redeemed are connected nowhere', async () => {
    await apply(EXAMPLE)
    const main = await server('main')
    const client = await registered(store(), main)
    const made = await newRequest(store(), { server: main, client })
    await complete(store(), completedLogin(made))
    for (const state of ['live', 'all'] as const)
      expect((await listGrants(await scope('acme'), { state }, management())).rows).toEqual([])
    const [seen] = (await listClients(await scope('acme'), {}, management())).rows
    expect(seen?.grants).toBe(0)
    const [user] = (await listUsers(await scope('acme'), {}, management())).rows
    expect(user?.grants).toBe(0)
  })

  it('tell from which network they were used last, until they end', async () => {
    await apply(EXAMPLE)
    const { grant, token } = await connect(store(), await server('main'))
    const seen = async () => (await findGrant(await scope('acme'), grant.id, management())).lastNetwork
    expect(await seen()).toBeNull()
    const next = { ...refreshToken(grant.id), issuedAt: later(40), network: '203.0.113.0/24' }
    await rotateAt(store(), 40, token.hash, next)
    expect(await seen()).toBe('203.0.113.0/24')
    const last = { ...refreshToken(grant.id), issuedAt: later(50), network: '2001:db8:1::/48' }
    await rotateAt(store(), 50, next.hash, last)
    expect(await seen()).toBe('2001:db8:1::/48')
  })

  it('without refresh tokens know it themselves, and forget it when they end', async () => {
    await apply(EXAMPLE)
    const main = await server('main')
    const client = await registered(store(), main)
    const of = (network: string) => store().grants.ofClient(client, main, [], later(30), network)
    const { id } = await of('203.0.113.0/24')
    await of('198.51.100.0/24')
    const seen = async () => (await findGrant(await scope('acme'), id, management())).lastNetwork
    expect(await seen()).toBe('198.51.100.0/24')
    await store().grants.revoke(id, { reason: 'revoked_by_operator', at: later(50) })
    expect(await seen()).toBeNull()
  })

  it('are found by server, client and user, and only those of the organization', async () => {
    await apply(EXAMPLE)
    const one = await connect(store(), await server('main'))
    const two = await connect(store(), await server('second'))
    const foreign = await connect(store(), await server('globex'))
    const acme = await scope('acme')
    const found = async (wishes: object) =>
      (await listGrants(acme, { state: 'live', ...wishes }, management())).rows.map(({ id }) => id)
    expect((await found({})).toSorted()).toEqual([one.grant.id, two.grant.id].toSorted())
    expect(await found({ server: 'second' })).toEqual([two.grant.id])
    expect(await found({ client: one.client.id })).toEqual([one.grant.id])
    expect(await found({ user: two.grant.userId })).toEqual([two.grant.id])
    expect(await found({ state: 'revoked' })).toEqual([])
    for (const wishes of [
      { server: 'globex' },
      { client: foreign.client.id },
      { user: foreign.grant.userId },
      { server: 'nonsense' },
    ])
      await expect(found(wishes)).rejects.toThrow(NotFound)
    await expect(findGrant(acme, foreign.grant.id, management())).rejects.toThrow(NotFound)
  })

  it('come page by page, each once', async () => {
    await apply(EXAMPLE)
    const main = await server('main')
    const client = await registered(store(), main)
    for (let i = 0; i < PAGE_SIZE + 3; i++) await connect(store(), main, { client })
    const acme = await scope('acme')
    const first = await listGrants(acme, { state: 'live' }, management())
    expect(first.rows).toHaveLength(PAGE_SIZE)
    const second = await listGrants(acme, { state: 'live', after: first.next ?? '' }, management())
    expect(second.rows).toHaveLength(3)
    expect(second.next).toBeUndefined()
    const ids = [...first.rows, ...second.rows].map(({ id }) => id)
    expect(new Set(ids).size).toBe(PAGE_SIZE + 3)
    // A made-up value is ignored: the first page.
    const madeUp = await listGrants(acme, { state: 'live', after: 'bm9uc2Vuc2U' }, management())
    expect(madeUp.rows.map(({ id }) => id)).toEqual(first.rows.map(({ id }) => id))
  })
})

describe('clients and users', () => {
  it('are found by the beginning of a name or address, whatever the case, or by their ids', async () => {
    await apply(EXAMPLE)
    const main = await server('main')
    const client = await registered(store(), main, '100% Cursor')
    const alice = await connect(store(), main, { client, email: 'Alice@acme.example', subject: 'a-1' })
    await connect(store(), main, { email: 'bob@acme.example' })
    await connect(store(), await server('globex'), { email: 'alice@globex.example' })
    const acme = await scope('acme')
    const clientsLike = async (text: string) =>
      (await listClients(acme, { text }, management())).rows.map(({ id, grants }) => [id, grants])
    expect(await clientsLike('100% cur')).toEqual([[client.id, 1]])
    expect(await clientsLike(client.clientId)).toEqual([[client.id, 1]])
    expect(await clientsLike('%')).toEqual([])
    const usersLike = async (text: string) =>
      (await listUsers(acme, { text }, management())).rows.map(({ id, grants }) => [id, grants])
    const found = [[alice.grant.userId, 1]]
    expect(await usersLike('ALICE@')).toEqual(found)
    expect(await usersLike('a-1')).toEqual(found)
    expect(await usersLike(alice.grant.userId)).toEqual(found)
    expect(await usersLike('_lice')).toEqual([])
  })

  it('are listed with when they were last here, and not those of others', async () => {
    await apply(EXAMPLE)
    const { client } = await connect(store(), await server('main'))
    await connect(store(), await server('globex'))
    const acme = await scope('acme')
    const { rows } = await listClients(acme, { server: 'main' }, management())
    expect(rows.find(({ id }) => id === client.id)).toMatchObject({ grants: 1, lastLoginAt: later(30) })
    // The two of the configuration, and this one.
    expect(rows).toHaveLength(3)
    expect((await listUsers(acme, {}, management())).rows).toHaveLength(1)
    await expect(listClients(acme, { server: 'globex' }, management())).rejects.toThrow(NotFound)
  })
})
