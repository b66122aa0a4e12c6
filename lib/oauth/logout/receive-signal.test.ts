import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import {
  AFTERWARDS,
  type Departing,
  departing,
  GONE,
  LIVE,
  seconds,
} from '@/lib/store/test-support/departing'
import { completedLogin, later, newRequest } from '@/lib/store/test-support/store-under-test'
import type { ProviderKey } from '@/lib/upstream/test-support/provider-keys'
import { receiveSignal } from './receive-signal'

const AUDIENCE = 'https://auth.example/signals/okta'
let at: Departing
let signals: { readonly issuer: string; readonly audience: string; readonly jwksUri: string }
beforeAll(async () => {
  at = await departing()
  signals = {
    issuer: 'https://transmitter.example',
    audience: AUDIENCE,
    jwksUri: `${at.provider.origin}/jwks`,
  }
  await at.configure({ signals })
})
afterAll(() => at?.close())

const name = () => randomBytes(6).toString('hex')
const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/'
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/'
const REVOKED = { [`${CAEP}session-revoked`]: { event_timestamp: seconds(AFTERWARDS) } }

const claims = (changes: object) => ({
  iss: signals.issuer,
  aud: AUDIENCE,
  iat: seconds(AFTERWARDS),
  jti: name(),
  events: REVOKED,
  ...changes,
})

const issSub = (sub: string) => ({ format: 'iss_sub', iss: at.provider.issuer, sub })
const sign = (changes: object, key?: ProviderKey, typ: string | undefined = 'secevent+jwt') =>
  at.sign(claims(changes), key, typ)
const push = async (changes: object, key?: ProviderKey, connectionId = at.connection.id) =>
  receiveSignal(connectionId, await sign(changes, key), at.ports)

describe('a user whom a signal is about', () => {
  it.each([
    ['sessions_revoked', `${CAEP}session-revoked`],
    ['account_disabled', `${RISC}account-disabled`],
    ['account_purged', `${RISC}account-purged`],
  ])('has nothing left at any instance, and the audit log says who did it: %s', async (kind, event) => {
    const [alice, jti] = [name(), name()]
    const held = await at.logIn({ subject: alice })
    const others = await at.logIn({ subject: name() })
    at.provider.requests.length = 0
    expect(await push({ sub_id: issSub(alice), jti, events: { [event]: {} } })).toEqual({ ended: 1 })
    expect([await at.alive(held), await at.alive(others)]).toEqual([GONE, LIVE])
    await at.settled()
    expect(at.provider.requests.filter(({ path }) => path === '/revoke')).toHaveLength(1)
    const entries = await auditLogStore(at.store.db).list(at.connection.organizationId, 5)
    expect(entries.find(({ action }) => action === `user.${kind}`)).toMatchObject({
      actorKind: 'identity_provider',
      actorId: at.connection.id,
      targetId: held.grant.userId,
      detail: { issuer: signals.issuer, jti, grants: 1 },
    })
  })

  it.each<[string, (who: { sub: string; oid: string; email: string }) => object]>([
    ['by issuer and subject', ({ sub }) => ({ sub_id: issSub(sub) })],
    ['by a verified email', ({ email }) => ({ sub_id: { format: 'email', email: email.toUpperCase() } })],
    ['by an opaque id that is the subject', ({ sub }) => ({ sub_id: { format: 'opaque', id: sub } })],
    ['by an opaque id that is the object ID', ({ oid }) => ({ sub_id: { format: 'opaque', id: oid } })],
    ['as the user of a complex subject', ({ sub }) => ({ sub_id: { format: 'complex', user: issSub(sub) } })],
    [
      'in the event, as drafts had it',
      ({ sub }) => ({
        events: {
          [`${CAEP}session-revoked`]: {
            subject: { subject_type: 'iss-sub', iss: at.provider.issuer, sub },
          },
        },
      }),
    ],
  ])('is found %s', async (_, changes) => {
    const who = { sub: name(), oid: name(), email: `${name()}@acme.example` }
    const held = await at.logIn({
      subject: who.sub,
      email: who.email,
      emailVerified: true,
      claims: { oid: who.oid },
    })
    expect(await push(changes(who))).toEqual({ ended: 1 })
    expect(await at.alive(held)).toEqual(GONE)
  })

  it('keeps other sessions where one is named', async () => {
    const [alice, sid] = [name(), name()]
    const ended = await at.logIn({ subject: alice, claims: { sid } })
    const kept = await at.logIn({ subject: alice, claims: { sid: name() } })
    const session = { format: 'opaque', id: sid }
    expect(await push({ sub_id: { format: 'complex', user: issSub(alice), session } })).toEqual({ ended: 1 })
    expect([await at.alive(ended), await at.alive(kept)]).toEqual([GONE, LIVE])
  })

  it('completes no login that was under way', async () => {
    const alice = name()
    const made = await newRequest(at.store, { server: at.server })
    const identity = {
      subject: alice,
      identitySource: at.provider.issuer,
      claims: { iat: seconds(AFTERWARDS) - 1 },
    }
    const request = { ...made.request, consentedAt: later(50) }
    await push({ sub_id: issSub(alice) })
    const login = completedLogin({ ...made, request }, { identity })
    expect(await at.elsewhere.logins.complete(login, AFTERWARDS)).toEqual({ outcome: 'signed_out' })
  })
})

describe('an attacker ends nothing', () => {
  it.each<[string, (alice: string) => object, ProviderKey | undefined]>([
    ['with a token that nobody signed', () => ({}), 'none'],
    ['with a token under a key of their own', () => ({}), 'stranger'],
    ['with a token for another receiver', () => ({ aud: 'https://elsewhere.example' }), undefined],
    ['with a token of another issuer', () => ({ iss: 'https://attacker.example' }), undefined],
    ['with a token of the provider that is no transmitter', () => ({ iss: at.provider.issuer }), undefined],
    ['with a token that has expired', () => ({ exp: seconds(AFTERWARDS) - 61 }), undefined],
    ['with a token of the day before', () => ({ iat: seconds(AFTERWARDS) - 25 * 3600 }), undefined],
    ['with a token from the future', () => ({ iat: seconds(AFTERWARDS) + 120 }), undefined],
    ['with a token without jti', () => ({ jti: undefined }), undefined],
  ])('%s', async (_, changes, key) => {
    const alice = name()
    const held = await at.logIn({ subject: alice })
    await expect(push({ sub_id: issSub(alice), ...changes(alice) }, key)).rejects.toThrow('token')
    expect(await at.alive(held)).toEqual(LIVE)
  })

  it.each<[string, (alice: string) => object]>([
    [
      'about a user of another issuer',
      (sub) => ({ sub_id: { format: 'iss_sub', iss: 'https://other.example', sub } }),
    ],
    ['about a device', (id) => ({ sub_id: { format: 'complex', device: { format: 'opaque', id } } })],
    ['about a session without a name', (sub) => ({ sub_id: { user: issSub(sub), session: {} } })],
    ['of another kind', (sub) => ({ sub_id: issSub(sub), events: { [`${CAEP}token-claims-change`]: {} } })],
    ['about nobody', () => ({})],
    [
      'by an email that nobody has verified',
      (alice) => ({ sub_id: { format: 'email', email: `${alice}@acme.example` } }),
    ],
  ])('with a signal %s, which is taken', async (_, changes) => {
    const alice = name()
    const email = `${alice}@acme.example`
    const held = await at.logIn({ subject: alice, email, emailVerified: false })
    expect(await push(changes(alice))).toEqual({ ended: 0 })
    expect(await at.alive(held)).toEqual(LIVE)
  })

  it('with an ID token or a logout token', async () => {
    const alice = name()
    const held = await at.logIn({ subject: alice })
    for (const typ of ['JWT', 'logout+jwt', 'at+jwt'])
      await expect(
        receiveSignal(at.connection.id, await sign({ sub_id: issSub(alice) }, undefined, typ), at.ports),
      ).rejects.toThrow('typ')
    expect(await at.alive(held)).toEqual(LIVE)
  })

  it('with a token that was used before: it is acknowledged', async () => {
    const alice = name()
    const jwt = await sign({ sub_id: issSub(alice) })
    await at.logIn({ subject: alice })
    const answers = await Promise.all([1, 2, 3].map(() => receiveSignal(at.connection.id, jwt, at.ports)))
    expect(answers.map((answer) => answer?.ended).toSorted()).toEqual([0, 0, 1])
    const again = await at.logIn({ subject: alice, claims: { iat: seconds(AFTERWARDS) + 1 } })
    expect(await receiveSignal(at.connection.id, jwt, at.ports)).toEqual({ ended: 0 })
    expect(await at.alive(again)).toEqual(LIVE)
  })

  it('over another connection, configured or not', async () => {
    const alice = name()
    const other = await at.further('other-client')
    const [ours, theirs] = [
      await at.logIn({ subject: alice }),
      await at.logIn({ subject: alice }, other.server),
    ]
    expect(await push({ sub_id: issSub(alice) }, undefined, other.connection.id)).toBeNull()
    expect(await push({ sub_id: issSub(alice) }, undefined, 'nowhere')).toBeNull()
    expect([await at.alive(ours), await at.alive(theirs)]).toEqual([LIVE, LIVE])
    expect(await push({ sub_id: issSub(alice) })).toEqual({ ended: 1 })
    expect((await at.store.grants.find(theirs.grant.id))?.revokedAt).toBeUndefined()
  })
})

it('tells the transmitter to try again while its keys cannot be fetched', async () => {
  await at.configure({ signals: { ...signals, jwksUri: `${at.provider.origin}/nowhere` } })
  await expect(push({ sub_id: issSub(name()) })).rejects.toMatchObject({ status: 503 })
  await at.configure({ signals })
})

it('finds the keys by the metadata of the transmitter', async () => {
  const { origin } = at.provider
  await at.configure({ signals: { issuer: origin, audience: AUDIENCE } })
  const body = { issuer: origin, jwks_uri: `${origin}/jwks` }
  at.provider.misbehave({ answers: { ssf: { body } } })
  const alice = name()
  await at.logIn({ subject: alice })
  expect(await push({ iss: origin, sub_id: issSub(alice) })).toEqual({ ended: 1 })
  at.provider.misbehave({})
  await at.configure({ signals })
})
