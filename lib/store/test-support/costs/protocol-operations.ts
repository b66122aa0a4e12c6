import assert from 'node:assert/strict'
import type { AuthorizationRequest } from '@/lib/oauth/model'
import { event, loginAttempt, newClient, random, redemption } from '../store-under-test'
import type { Operation } from './stores'

const hash = (kind: string, row: number) => `${kind}${row}`.padEnd(64, 'x')
const inAnHour = () => new Date(Date.now() + 3_600_000)

const requestOf = (row: number): AuthorizationRequest => ({
  id: `r${row}`,
  reference: `R${row}`,
  serverId: 's1',
  clientRowId: `c${row}`,
  clientId: `client-${row}`,
  redirectUri: 'http://127.0.0.1/callback',
  scope: ['files:read'],
  responseMode: 'query',
  prompt: [],
  createdAt: new Date(),
  expiresAt: inAnHour(),
})

/** Each wants a row `1 + 10 n`, which with the two after it belongs to it alone. */
export const PROTOCOL_OPERATIONS: readonly Operation[] = [
  ['servers', (stores) => stores.servers.findByIssuer(stores.server.issuer)],
  ['servers of a resource', (stores) => stores.servers.listByResourceOrigin('https://mcp1.example')],
  [
    'remembered rows',
    async (stores, row) => {
      const { servers, clients, keys } = stores.remembered()
      await servers.findByIssuer(stores.server.issuer)
      await clients.find('s1', `client-${row}`)
      await keys.list('s1')
    },
  ],
  ['a client', (stores, row) => stores.clients.find('s1', `client-${row}`)],
  [
    'registering',
    async (stores, row) => {
      const network = `net${row}`
      const room = { quota: 100_000, share: 100, network, now: new Date(), replaceable: new Date(0) }
      const client = newClient('s1', { registeredFrom: network })
      assert.ok(await stores.clients.registerWithin(client, room))
    },
  ],
  [
    'managing a registration',
    async (stores, row) => {
      const key = { serverId: 's1', clientId: `client-${row}`, tokenHash: hash('rat', row) }
      await stores.registrations.find(key)
      await stores.registrations.delete(key, event())
    },
  ],
  [
    'a request, from authorize to consent',
    async (stores, row) => {
      const { id: _, reference: __, createdAt: ___, ...wish } = requestOf(row)
      const { id } = await stores.requests.create(wish, event({ at: new Date() }))
      await stores.requests.findOpen(id, new Date())
      await stores.requests.show(id, event({ at: new Date() }))
      const attempt = loginAttempt()
      const allowed = { attempt, expiresAt: inAnHour(), event: event({ at: new Date() }) }
      await stores.requests.remember(id, `u${row}`, allowed)
      await stores.requests.allow(id, allowed)
      await stores.requests.takeAttempt(attempt.stateHash, 'n1', new Date(), async () => {})
      await stores.requests.record(id, event())
      await stores.requests.fail(id, event())
    },
  ],
  ['a refused request', (stores) => stores.requests.refuse({ serverId: 's1', event: event() })],
  [
    'a pushed request',
    async (stores, row) => {
      const pushed = { hash: random(), serverId: 's1', clientId: `client-${row}`, parameters: 'state=x' }
      await stores.pushedRequests.save({ ...pushed, expiresAt: inAnHour() }, new Date())
      await stores.pushedRequests.find(pushed, new Date())
    },
  ],
  [
    'completing a login',
    async (stores, row) => {
      const request = requestOf(row)
      const identity = { identitySource: 'https://idp.example', subject: `subject-${row}`, claims: {} }
      await stores.consents.earlier(`u${row}`, { server: stores.server, request }, new Date())
      const done = await stores.logins.complete(
        {
          ...{
            request,
            server: stores.server,
            connectionId: 'n1',
            identity,
            claims: {},
            userClaims: {},
            grantable: ['files:read'],
          },
          upstreamTokens: { accessToken: 'a' },
          grantId: random(),
          session: {
            hash: random(),
            createdAt: new Date(),
            expiresAt: inAnHour(),
            replaced: hash('bs', row),
          },
          event: event({ at: new Date() }),
          issued: { codeHash: hash('code', row), event: event({ at: new Date() }) },
        },
        new Date(),
      )
      assert.equal(done.outcome, 'completed')
    },
  ],
  [
    'redeeming a code',
    async (stores, row) => {
      // Every third grant is unredeemed.
      const unredeemed = row + ((3 - (row % 3)) % 3)
      const grant = { id: `g${unredeemed}`, serverId: 's1', clientRowId: `c${unredeemed}` }
      const token = {
        grantId: grant.id,
        nonce: 'n',
        keyId: 'k1',
        issuedAt: new Date(),
        expiresAt: inAnHour(),
      }
      const first = { ...token, hash: hash('new', unredeemed) }
      const opaque = { hash: hash('nat', unredeemed), id: random(), audience: 'a', issuedAt: new Date() }
      const redeemed = await stores.grants.redeem({
        ...redemption(grant, first, hash('code', unredeemed)),
        accessToken: { ...opaque, expiresAt: inAnHour() },
      })
      assert.ok(redeemed)
      // The same code again, which is a replay.
      assert.equal(await stores.grants.redeem(redemption(grant, null, hash('code', unredeemed))), null)
    },
  ],
  [
    'refreshing',
    async (stores, row) => {
      const redeemed = row % 3 === 0 ? row + 1 : row
      const spent = hash('rt2-', redeemed)
      await stores.refreshTokens.find(spent)
      const token = { grantId: `g${redeemed}`, nonce: 'n', keyId: 'k1', issuedAt: new Date() }
      const successor = { ...token, hash: hash('rt3-', redeemed), expiresAt: inAnHour() }
      assert.equal(await stores.refreshTokens.rotate(spent, { successor, grace: 60 }), 'rotated')
    },
  ],
  [
    'introspecting',
    async (stores, row) => {
      await stores.accessTokens.find(hash('at', row))
      await stores.accessTokens.findGrantOfSigned({ id: `at${row}`, grantId: `g${row}` })
      const server = { id: 's1', version: 1 }
      assert.notEqual(await stores.accessTokens.findLive(hash('at', row), server), null)
      assert.ok(await stores.accessTokens.isLiveSigned({ id: `at${row}`, grantId: `g${row}` }, server))
    },
  ],
  [
    'revoking',
    async (stores, row) => {
      await stores.accessTokens.end(hash('at', row))
      await stores.accessTokens.revokeSigned(
        { id: random(), grantId: `g${row}`, expiresAt: inAnHour() },
        new Date(),
      )
      await stores.grants.revoke(`g${row}`, { reason: 'revoked_by_user', at: new Date() })
    },
  ],
  [
    'access tokens',
    (stores, row) =>
      stores.accessTokens.save({
        ...{ hash: random(), id: random(), grantId: `g${row}`, audience: 'a', scope: [] },
        ...{ issuedAt: new Date(), expiresAt: inAnHour() },
      }),
  ],
  [
    'browser sessions',
    async (stores, row) => {
      await stores.browserSessions.find(hash('bs', row + 1), 'n1', new Date())
      await stores.browserSessions.end(hash('bs', row + 1))
    },
  ],
  [
    'upstream tokens',
    async (stores, row) => {
      await stores.upstreamTokens.status(`g${row}`)
      await stores.upstreamTokens.lease(`g${row}`, 0, { id: 'l', until: inAnHour() }, new Date())
      await stores.upstreamTokens.fail(`g${row}`, 'l', { now: new Date(), retryAt: inAnHour() })
    },
  ],
  [
    'a device',
    async (stores, row) => {
      const device = { serverId: 's1', clientRowId: `c${row}`, clientId: `client-${row}`, scope: [] }
      const hashes = { deviceCodeHash: random(), userCodeHash: random() }
      const times = { interval: 5, createdAt: new Date(), expiresAt: inAnHour() }
      await stores.deviceCodes.create({ ...device, ...hashes, ...times })
      const guessers = [{ key: random(), limit: 5 }]
      await stores.deviceCodes.admitGuess(guessers, { now: new Date(), resetsAt: inAnHour() })
      await stores.deviceCodes.forgiveGuess(guessers)
      await stores.deviceCodes.findWaiting(hashes.userCodeHash, new Date())
      await stores.deviceCodes.poll(hashes.deviceCodeHash, device, {
        ...{ now: new Date(), penalty: 5, tolerance: 1 },
      })
      await stores.deviceCodes.approve(`d${row}`, `g${row}`, new Date())
    },
  ],
  [
    'challenges without Redis',
    async (stores, row) => {
      const [id, code] = [random(), random()]
      await stores.challenges.saveChallenge(id, 'c', 600)
      await stores.challenges.rearmChallenge(id, 600)
      await stores.challenges.takeChallenge(id)
      const record = { codeChallenge: 'c', serverId: 's1', clientId: 'c', redirectUri: 'u' }
      await stores.challenges.saveCode(code, { ...record, grantId: `g${row}`, requestId: id }, 60)
      await stores.challenges.redeemCode(code, record, 600)
    },
  ],
  [
    'assertions and documents',
    async (stores, row) => {
      await stores.assertions.spend(random(), inAnHour(), async () => true)
      await stores.documents.find(`https://client${row}.example/`)
      const document = { body: {}, fetchedAt: new Date(), freshUntil: new Date() }
      await stores.documents.save(`https://client${row}.example/`, document)
    },
  ],
  [
    'a security event',
    (stores, row) =>
      stores.securityEvents.record({
        at: new Date(),
        serverId: 's1',
        kind: 'grant_revoked',
        reason: 'revoked_by_user',
        grantId: `g${row}`,
      }),
  ],
  [
    'signing in',
    async (stores, row) => {
      await stores.attempts.admit(hash('sa', row), new Date())
      await stores.attempts.forget(hash('sa', row))
      await stores.apiKeys.use(random(), new Date())
    },
  ],
]
