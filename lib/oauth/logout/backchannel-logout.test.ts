import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserSessions } from '@/drizzle/schema/browser-sessions'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { assertedLogin } from '@/lib/store/test-support/asserted'
import {
  AFTERWARDS,
  type Departing,
  departing,
  GONE,
  LIVE,
  seconds,
} from '@/lib/store/test-support/departing'
import { complete, completedLogin, later, newRequest } from '@/lib/store/test-support/store-under-test'
import type { ProviderKey } from '@/lib/upstream/test-support/provider-keys'
import { backChannelLogout } from './backchannel-logout'

let at: Departing
beforeAll(async () => {
  at = await departing()
})
afterAll(() => at?.close())

const name = () => randomBytes(6).toString('hex')
const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} }

const claims = (changes: object = {}) => ({
  iss: at.provider.issuer,
  aud: at.provider.clientId,
  iat: seconds(AFTERWARDS),
  jti: name(),
  events: EVENTS,
  ...changes,
})

const post = (jwt: string, connectionId = at.connection.id) =>
  backChannelLogout(connectionId, new URLSearchParams({ logout_token: jwt }), at.ports)

const logOut = async (changes: object, key?: ProviderKey, connectionId?: string) =>
  post(await at.sign(claims(changes), key), connectionId)

describe('a user whom the identity provider signs out', () => {
  it('has nothing left at any instance, and the audit log says who did it', async () => {
    const [alice, bob] = [name(), name()]
    const held = await at.logIn({ subject: alice, email: 'alice@acme.example' })
    const others = await at.logIn({ subject: bob })
    at.provider.requests.length = 0
    expect(await logOut({ sub: alice, jti: `of ${alice}` })).toEqual({ ended: 1 })
    expect(await at.alive(held)).toEqual(GONE)
    expect(await at.alive(others)).toEqual(LIVE)
    const fed = await at.elsewhere.revocations.list(at.server, later(0), 10)
    expect(fed).toContainEqual({ claim: 'gid', value: held.grant.id, at: AFTERWARDS })
    await at.settled()
    expect(at.provider.requests.filter(({ path }) => path === '/revoke')).toHaveLength(1)
    const entries = await auditLogStore(at.store.db).list(at.connection.organizationId, 5)
    expect(entries.find(({ action }) => action === 'user.signed_out')).toMatchObject({
      actorKind: 'identity_provider',
      actorId: at.connection.id,
      actorName: 'Okta',
      targetId: held.grant.userId,
      targetName: 'alice@acme.example',
      detail: { issuer: at.provider.issuer, jti: `of ${alice}`, grants: 1 },
    })
    expect(entries.find(({ action }) => action === 'grant.revoked')?.detail).toMatchObject({
      reason: 'provider_logout: by Okta',
    })
  })

  it('keeps their other sessions where one is named, with sub or without', async () => {
    for (const withSub of [true, false]) {
      const user = name()
      const [office, home] = [name(), name()]
      const ended = await at.logIn({ subject: user, claims: { sid: office } })
      const kept = await at.logIn({ subject: user, claims: { sid: home } })
      expect(await logOut({ sid: office, ...(withSub && { sub: user }) })).toEqual({ ended: 1 })
      expect(await at.alive(ended)).toEqual(GONE)
      expect(await at.alive(kept)).toEqual(LIVE)
    }
  })

  it('loses logins of no known session, which may be the one', async () => {
    const user = name()
    const held = await at.logIn({ subject: user })
    expect(await logOut({ sub: user, sid: name() })).toEqual({ ended: 1 })
    expect(await at.alive(held)).toEqual(GONE)
  })

  it('is asked for consent again in their browser', async () => {
    const user = name()
    const { grant } = await at.logIn({ subject: user })
    const session = { organizationId: at.connection.organizationId, connectionId: at.connection.id }
    const times = { createdAt: later(31), expiresAt: later(3_600) }
    const row = { ...session, ...times, userId: grant.userId, hash: user }
    await at.store.db.insert(browserSessions).values(row)
    await logOut({ sub: user })
    expect(await at.store.browserSessions.find(user, at.connection.id, AFTERWARDS)).toBeNull()
  })

  it('loses the grants of assertions of the same provider', async () => {
    const user = name()
    const grant = await assertedLogin(at.store, at.server, at.provider.issuer, user)
    const foreign = await assertedLogin(at.store, at.server, 'https://other.example', user)
    expect(await logOut({ sub: user })).toEqual({ ended: 1 })
    expect((await at.store.grants.find(grant.id))?.revokedAt).toBeDefined()
    expect((await at.store.grants.find(foreign.id))?.revokedAt).toBeUndefined()
  })

  it('may be unknown, or signed out before: nothing is wrong', async () => {
    expect(await logOut({ sub: name() })).toEqual({ ended: 0 })
    const user = name()
    await at.logIn({ subject: user })
    expect(await logOut({ sub: user })).toEqual({ ended: 1 })
    expect(await logOut({ sub: user })).toEqual({ ended: 0 })
  })

  it('can sign in again', async () => {
    const user = name()
    await at.logIn({ subject: user })
    await logOut({ sub: user })
    const again = await newRequest(at.store, { server: at.server })
    const request = { ...again.request, consentedAt: later(61) }
    const identity = {
      subject: user,
      identitySource: at.provider.issuer,
      claims: { iat: seconds(AFTERWARDS) },
    }
    const login = completedLogin({ ...again, request }, { identity })
    expect(await at.store.logins.complete(login, later(62))).toMatchObject({ outcome: 'completed' })
  })
})

describe('a login that is under way', () => {
  const underWay = async (subject: string, sid: string) => {
    const made = await newRequest(at.store, { server: at.server })
    const identity = {
      subject,
      identitySource: at.provider.issuer,
      claims: { iat: seconds(AFTERWARDS) - 1, sid },
    }
    const request = { ...made.request, consentedAt: later(50) }
    return completedLogin({ ...made, request }, { identity })
  }

  it.each(['sub', 'sid'] as const)('does not complete after its user was signed out by %s', async (by) => {
    const who = { sub: name(), sid: name() }
    const login = await underWay(who.sub, who.sid)
    await logOut({ [by]: who[by] })
    expect(await at.elsewhere.logins.complete(login, AFTERWARDS)).toEqual({ outcome: 'signed_out' })
  })

  it('of another session, or another connection, completes', async () => {
    const user = name()
    const login = await underWay(user, name())
    await logOut({ sub: user, sid: name() })
    expect(await at.store.logins.complete(login, AFTERWARDS)).toMatchObject({ outcome: 'completed' })
  })

  it('ends, or does not complete, however the two meet', async () => {
    for (let round = 0; round < 10; round++) {
      const user = name()
      const logins = await Promise.all([1, 2, 3].map(() => underWay(user, name())))
      const jwt = await at.sign(claims({ sub: user }))
      const [outcomes] = await Promise.all([
        Promise.all(logins.map((login) => at.elsewhere.logins.complete(login, AFTERWARDS))),
        post(jwt),
      ])
      for (const [index, { grantId }] of logins.entries())
        if (outcomes[index]?.outcome === 'completed')
          expect((await at.store.grants.find(grantId))?.revokedAt).toBeDefined()
    }
  })
})

describe('an attacker ends nothing', () => {
  it.each<[string, object, ProviderKey | undefined]>([
    ['with a token that nobody signed', {}, 'none'],
    ['with a token under a key of their own', {}, 'stranger'],
    ['with the public key as a secret', {}, 'hs256-public-key'],
    ["with the client's secret", {}, 'hs256-client-secret'],
    ['with a token for another client of the provider', { aud: 'other-client' }, undefined],
    ['with a token of another issuer', { iss: 'https://attacker.example' }, undefined],
    ['with a token that has expired', { exp: seconds(AFTERWARDS) - 61 }, undefined],
    ['with an old token', { iat: seconds(AFTERWARDS) - 661 }, undefined],
    ['with an ID token that they got for themselves', { nonce: 'theirs', events: undefined }, undefined],
  ])('%s', async (_, changes, key) => {
    const user = name()
    const held = await at.logIn({ subject: user })
    await expect(logOut({ sub: user, ...changes }, key)).rejects.toMatchObject({
      code: 'invalid_request',
      status: 400,
    })
    expect(await at.alive(held)).toEqual(LIVE)
  })

  it('with a token that was used before, at any instance, also by two at once', async () => {
    const user = name()
    const jwt = await at.sign(claims({ sub: user }))
    expect(
      (await Promise.allSettled([post(jwt), post(jwt), post(jwt)])).map(({ status }) => status).toSorted(),
    ).toEqual(['fulfilled', 'rejected', 'rejected'])
    const made = await newRequest(at.store, { server: at.server })
    const identity = { subject: user, identitySource: at.provider.issuer }
    const grant = await complete(at.store, completedLogin(made, { identity }), 61)
    await expect(post(jwt)).rejects.toMatchObject({ status: 400 })
    expect((await at.store.grants.find(grant.id))?.revokedAt).toBeUndefined()
  })

  it('with a token for another connection, nor with one of another connection', async () => {
    const user = name()
    const other = await at.further('other-client')
    const [ours, theirs] = [
      await at.logIn({ subject: user }),
      await at.logIn({ subject: user }, other.server),
    ]
    await expect(logOut({ sub: user, aud: 'other-client' })).rejects.toMatchObject({ status: 400 })
    await expect(logOut({ sub: user }, undefined, other.connection.id)).rejects.toMatchObject({ status: 400 })
    expect([await at.alive(ours), await at.alive(theirs)]).toEqual([LIVE, LIVE])
    expect(await logOut({ sub: user, aud: 'other-client' }, undefined, other.connection.id)).toEqual({
      ended: 1,
    })
    expect(await at.alive(theirs)).toEqual(GONE)
    expect((await at.store.grants.find(ours.grant.id))?.revokedAt).toBeUndefined()
  })

  it('with two tokens, or none', async () => {
    const jwt = await at.sign(claims({ sub: name() }))
    for (const form of [`logout_token=${jwt}&logout_token=${jwt}`, 'logout_token=', '', 'logout_token=a.b.c'])
      await expect(
        backChannelLogout(at.connection.id, new URLSearchParams(form), at.ports),
      ).rejects.toMatchObject({ status: 400 })
  })

  it('by having the keys fetched for every key id that they make up', async () => {
    await logOut({ sub: name() })
    at.provider.requests.length = 0
    for (let attempt = 0; attempt < 20; attempt++)
      await expect(logOut({ sub: name() }, 'rotated')).rejects.toMatchObject({ status: 400 })
    expect(at.provider.requests.filter(({ path }) => path === '/jwks').length).toBeLessThan(3)
  })
})

it('there is no such endpoint for a connection that does not exist', async () => {
  expect(await logOut({ sub: name() }, undefined, 'nowhere')).toBeNull()
})

it('tells the provider to try again while its keys cannot be fetched, and takes the same token then', async () => {
  const down = await at.further('c', `${at.provider.origin}/elsewhere`)
  const jwt = await at.sign(claims({ iss: `${at.provider.origin}/elsewhere`, aud: 'c', sub: name() }))
  await expect(post(jwt, down.connection.id)).rejects.toMatchObject({ status: 503 })
})
