import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  complete,
  completedLogin,
  later,
  newClient,
  newGrant,
  newRequest,
  random,
  randomHash,
  redeemAt,
  redemption,
  refreshToken,
  type StoreUnderTest,
  times,
} from '@/lib/store/test-support/store-under-test'

/** Everything that the ports of logins and grants promise, for one implementation. */
export function describeGrants(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`grants in ${name}`, () => {
    let store: StoreUnderTest
    beforeAll(async () => {
      store = await make()
    })
    afterAll(() => store?.close())

    describe('complete', () => {
      it('makes a grant of what was asked for and allowed', async () => {
        const { grant, server, client, request } = await newGrant(store)
        expect(grant).toEqual({
          id: expect.any(String),
          serverId: server.id,
          userId: expect.any(String),
          clientRowId: client.id,
          clientId: client.clientId,
          redirectUri: request.redirectUri,
          scope: ['files:read'],
          claims: { department: 'R&D' },
          userClaims: { sub: 'alice', groups: ['staff'] },
          createdAt: later(30),
        })
        expect(await store.grants.find(grant.id)).toEqual(grant)
        expect(await store.grants.find(random())).toBeNull()
      })

      it('keeps what an ID token has to say of the login', async () => {
        const made = await newRequest(store)
        const request = { ...made.request, clientNonce: ' n-0S6_"ü ' }
        const login = completedLogin({ ...made, request }, { identity: { authTime: later(-90) } })
        const { id } = await complete(store, login)
        expect(await store.grants.find(id)).toMatchObject({ nonce: ' n-0S6_"ü ', authTime: later(-90) })
      })

      it('knows a user again by identity source and subject, and gives each login a grant of its own [H-32]', async () => {
        const first = await newRequest(store)
        const identity = { subject: random(), email: 'old@acme.example' }
        const one = await complete(store, completedLogin(first, { identity }))
        const second = await newRequest(store, first)
        const renamed = { ...identity, email: 'new@acme.example' }
        const two = await complete(store, completedLogin(second, { identity: renamed }), 60)
        expect(two.userId).toBe(one.userId)
        expect(two.id).not.toBe(one.id)
      })

      it('never takes a user for another by email [H-42 H-43]', async () => {
        const first = await newRequest(store)
        const second = await newRequest(store, first)
        const mallory = { email: 'alice@acme.example', emailVerified: true, subject: 'mallory' }
        const one = await complete(store, completedLogin(first))
        const two = await complete(store, completedLogin(second, { identity: mallory }))
        expect(two.userId).not.toBe(one.userId)
      })

      it('keeps the same subject of two organizations apart [H-42]', async () => {
        const identity = { subject: random() }
        const [here, there] = [await newRequest(store), await newRequest(store)]
        const one = await complete(store, completedLogin(here, { identity }))
        const two = await complete(store, completedLogin(there, { identity }))
        expect(two.userId).not.toBe(one.userId)
      })

      it('completes a request once, however many try', async () => {
        const made = await newRequest(store)
        const identity = { subject: random() }
        const outcomes = await Promise.all(
          times(10, () => store.logins.complete(completedLogin(made, { identity }), later(30))),
        )
        const count = (outcome: string) => outcomes.filter((one) => one.outcome === outcome).length
        expect([count('completed'), count('request_over')]).toEqual([1, 9])
      })
    })

    describe('assert', () => {
      const newAssertion = async () => {
        const server = await store.newServer()
        const client = await store.clients.register(newClient(server.id))
        const identity = { identitySource: 'https://acme.okta.example', subject: random(), claims: {} }
        return { server, client, identity, scope: ['files:read'], claims: { department: 'R&D' } }
      }

      it('makes one grant for each user and client, however many assertions come at once', async () => {
        const login = await newAssertion()
        const [first, ...others] = await Promise.all(times(20, () => store.logins.assert(login, later(0))))
        expect(first).toEqual({
          id: expect.any(String),
          serverId: login.server.id,
          userId: expect.any(String),
          clientRowId: login.client.id,
          clientId: login.client.clientId,
          scope: ['files:read'],
          claims: { department: 'R&D' },
          createdAt: later(0),
        })
        expect(others).toEqual(times(19, () => first))
        const bob = { ...login, identity: { ...login.identity, subject: random() } }
        expect((await store.logins.assert(bob, later(0)))?.userId).not.toBe(first?.userId)
      })

      it('knows the user who logs in, and has a grant of its own', async () => {
        const made = await newRequest(store)
        const login = completedLogin(made)
        const grant = await complete(store, login)
        const { server, client } = made
        const asserted = { server, client, identity: login.identity, scope: [], claims: {} }
        const other = await store.logins.assert(asserted, later(40))
        expect(other?.userId).toBe(grant.userId)
        expect(other?.id).not.toBe(grant.id)
        expect(await store.grants.find(grant.id)).toEqual(grant)
      })

      it('brings scope and claims up to date, and begins anew after a revocation', async () => {
        const login = await newAssertion()
        const first = await store.logins.assert(login, later(0))
        const changed = { ...login, scope: [], claims: { department: 'Sales' } }
        const second = await store.logins.assert(changed, later(10))
        expect(second).toEqual({ ...first, scope: [], claims: { department: 'Sales' } })
        await store.grants.revoke(first?.id ?? '', { reason: 'revoked_by_operator', at: later(20) })
        const third = await store.logins.assert(login, later(30))
        expect(third?.id).not.toBe(first?.id)
        expect(third?.userId).toBe(first?.userId)
      })
    })

    describe('redeem', () => {
      it('gives the grant to one of 50 concurrent callers and stores one refresh token [RFC-30 H-24]', async () => {
        const { grant } = await newGrant(store)
        const codeHash = randomHash()
        const tokens = times(50, () => refreshToken(grant.id))
        const redeemed = await Promise.all(
          tokens.map((token) => store.grants.redeem(redemption(grant, token, codeHash))),
        )
        expect(redeemed.filter((one) => one !== null)).toEqual([grant])
        const stored = await Promise.all(tokens.map(({ hash }) => store.refreshTokens.find(hash)))
        const winner = tokens[redeemed.findIndex((one) => one !== null)]
        expect(stored.filter((one) => one !== null)).toMatchObject([{ token: winner, grant }])
      })

      it('redeems without a refresh token, and only once', async () => {
        const { grant } = await newGrant(store)
        const codeHash = randomHash()
        expect(await redeemAt(store, 31, grant, null, codeHash)).toEqual(grant)
        expect(await redeemAt(store, 31, grant)).toBeNull()
      })

      it('refuses a code that was redeemed for another grant', async () => {
        const [one, two] = [(await newGrant(store)).grant, (await newGrant(store)).grant]
        const codeHash = randomHash()
        await redeemAt(store, 31, one, null, codeHash)
        const token = refreshToken(two.id)
        expect(await redeemAt(store, 31, two, token, codeHash)).toBeNull()
        expect(await store.refreshTokens.find(token.hash)).toBeNull()
      })

      it('refuses a grant that is revoked or unknown', async () => {
        const { grant } = await newGrant(store)
        await store.grants.revoke(grant.id, { reason: 'code_replayed', at: later(31) })
        expect(await redeemAt(store, 32, grant)).toBeNull()
        expect(await redeemAt(store, 32, { ...grant, id: random() })).toBeNull()
      })
    })

    describe('ofClient', () => {
      const newService = async () => {
        const server = await store.newServer()
        return { server, client: await store.clients.register(newClient(server.id)) }
      }

      it('makes one grant for each client, without a user, however many ask', async () => {
        const { server, client } = await newService()
        const ask = () => store.grants.ofClient(client, server, ['files:read'], later(0))
        const [first, ...others] = await Promise.all(times(50, ask))
        expect(first).toEqual({
          id: expect.any(String),
          serverId: server.id,
          clientRowId: client.id,
          clientId: client.clientId,
          scope: ['files:read'],
          claims: {},
          createdAt: later(0),
        })
        expect(others).toEqual(times(49, () => first))
        const neighbour = await store.clients.register(newClient(server.id))
        expect((await store.grants.ofClient(neighbour, server, [], later(0))).id).not.toBe(first?.id)
      })

      it('brings the scope up to date, and begins anew after a revocation', async () => {
        const { server, client } = await newService()
        const first = await store.grants.ofClient(client, server, ['files:read'], later(0))
        const second = await store.grants.ofClient(client, server, [], later(10))
        expect(second).toEqual({ ...first, scope: [] })
        await store.grants.revoke(first?.id ?? '', { reason: 'revoked_by_operator', at: later(20) })
        const third = await store.grants.ofClient(client, server, [], later(30))
        expect(third).toMatchObject({ createdAt: later(30) })
        expect(third.id).not.toBe(first.id)
        expect((await store.grants.find(first.id))?.revokedAt).toEqual(later(20))
      })

      it('leaves the grants of users alone', async () => {
        const { server, client, grant } = await newGrant(store)
        const service = await store.grants.ofClient(client, server, [], later(40))
        expect(service.id).not.toBe(grant.id)
        await store.grants.revoke(service.id, { reason: 'revoked_by_operator', at: later(50) })
        expect(await store.grants.find(grant.id)).toEqual(grant)
      })
    })

    describe('revoke', () => {
      it('ends the grant and keeps the time of the first revocation [H-33]', async () => {
        const { grant } = await newGrant(store)
        const ended = { ...grant, revokedAt: later(40) }
        expect(await store.grants.revoke(grant.id, { reason: 'revoked_by_operator', at: later(40) })).toEqual(
          ended,
        )
        expect(await store.grants.revoke(grant.id, { reason: 'code_replayed', at: later(50) })).toBeNull()
        expect(await store.grants.find(grant.id)).toEqual(ended)
        expect(await store.grants.revoke(random(), { reason: 'code_replayed', at: later(50) })).toBeNull()
      })

      it('tells one of 20 concurrent callers that it was the one', async () => {
        const { grant } = await newGrant(store)
        const revoked = await Promise.all(
          times(20, () => store.grants.revoke(grant.id, { reason: 'refresh_token_reused', at: later(40) })),
        )
        expect(revoked.filter((one) => one !== null)).toHaveLength(1)
      })
    })

    describe('revokeSome', () => {
      it('ends so many live grants at a time until there are none, each for one caller, and no others', async () => {
        const made = await newRequest(store)
        const { server, client } = made
        const subject = random()
        const logIn = async (known: Parameters<typeof newRequest>[1]) =>
          complete(store, completedLogin(await newRequest(store, known), { identity: { subject } }))
        const grants = [await complete(store, completedLogin(made, { identity: { subject } }))]
        for (let i = 0; i < 4; i++) grants.push(await logIn({ server, client }))
        const other = await logIn({ server })
        const of = { organizationId: server.organizationId, serverId: server.id, clientRowId: client.id }
        const some = (limit: number) =>
          store.grants.revokeSome(of, limit, { reason: 'revoked_by_operator', at: later(40) })
        const first = await some(2)
        expect(first).toHaveLength(2)
        const rest = (await Promise.all([some(10), some(10)])).flat()
        expect([...first, ...rest].map(({ id }) => id).toSorted()).toEqual(
          grants.map(({ id }) => id).toSorted(),
        )
        expect(await some(10)).toEqual([])
        expect(await store.grants.find(other.id)).toEqual(other)
        expect(await store.consents.earlier(other.userId, made, later(41))).toBeNull()
      })

      it('finds nothing of another organization', async () => {
        const { grant, server } = await newGrant(store)
        const { organizationId } = await store.newServer()
        const attempts = [{ serverId: server.id }, { userId: grant.userId }]
        for (const of of attempts)
          expect(
            await store.grants.revokeSome({ organizationId, ...of }, 10, {
              reason: 'revoked_by_operator',
              at: later(40),
            }),
          ).toEqual([])
        expect(await store.grants.find(grant.id)).toEqual(grant)
      })
    })
  })
}
