import type { ProviderKey } from '@/lib/upstream/test-support/provider-keys'
import { addServer, type ExtraServer } from '../support/attack-server'
import { GONE, type Leaving, newName, now, scimAt, startLeaving } from '../support/leaving'
import { expect, test } from '../support/test'

// Signals that a user has left, of every channel, which are forged, replayed, expired, or somebody else's.

let leaving: Leaving
/** Another customer of the same identity provider. */
let foreign: ExtraServer
test.beforeAll(async ({ world }) => {
  leaving = await startLeaving(world)
  foreign = await addServer(world, leaving.provider)
})
test.afterAll(() => leaving?.stop())

type Attack = {
  readonly kind: 'forged' | 'expired' | 'foreign'
  readonly how: string
  readonly send: () => Promise<Response>
  readonly status: number
}

/** What a channel knows of a user. */
type Channel = {
  readonly attacks: readonly Attack[]
  /** The same signal as it should be, always with the same token: it ends everything. */
  readonly sound: () => Promise<Response>
  /** Makes it a signal of the past, and lets the user log in again. */
  readonly afterwards?: () => Promise<unknown>
  /** What the sound one is answered when it comes again. */
  readonly again: number
}

const FORGERIES: readonly (readonly [string, ProviderKey])[] = [
  ['signed by nobody', 'none'],
  ['signed with a key of the attacker', 'stranger'],
  ['signed with the public key as a secret', 'hs256-public-key'],
  ['signed with the secret of the client', 'hs256-client-secret'],
]

const ALL_KINDS = ['forged', 'expired', 'foreign']

async function expectNothingEnds(prepare: (alice: string) => Promise<Channel>) {
  const { aliveAt, logIn, provider, refreshed } = leaving
  const alice = newName()
  const { attacks, sound, afterwards, again } = await prepare(alice)
  expect([...new Set(attacks.map(({ kind }) => kind))]).toEqual(ALL_KINDS)
  const tokens = await logIn(alice)
  provider.requests.length = 0
  for (const { kind, how, send, status } of attacks)
    await test.step(`${kind}: ${how}`, async () => {
      expect((await send()).status).toBe(status)
      expect(await aliveAt(tokens)).toEqual({ active: true })
    })
  const { refresh_token, access_token } = await refreshed(tokens.refresh_token)
  expect(provider.requests.filter(({ path }) => path === '/revoke')).toEqual([])
  expect((await sound()).status).toBeLessThan(300)
  expect(await aliveAt({ ...tokens, access_token, refresh_token })).toEqual(GONE)
  await afterwards?.()
  const later = await logIn(alice)
  expect((await sound()).status).toBe(again)
  expect(await aliveAt(later)).toEqual({ active: true })
  expect((await refreshed(later.refresh_token)).error).toBeUndefined()
}

test('over SCIM, a forged, replayed, expired or foreign signal ends nothing', async () => {
  const { api, logIn, server } = leaving
  await expectNothingEnds(async (alice) => {
    const expired = await api('POST', '/connections/main/scim-token')
    const removed = await api('POST', '/connections/main/scim-token')
    await api('DELETE', '/connections/main/scim-token')
    const current = await api('POST', '/connections/main/scim-token')
    const theirs = await api('POST', '/connections/main/scim-token', undefined, foreign)
    const key = await api('POST', '/keys', { name: newName(), role: 'admin' })
    const scim = scimAt(current)
    const user = { userName: `${alice}@acme.example`, externalId: alice }
    const { id } = await (await scim('POST', '/Users', user)).json()
    const { access_token } = await logIn(alice)
    const deactivate = (by: string) =>
      scim('PATCH', `/Users/${id}`, { Operations: [{ op: 'Replace', path: 'active', value: 'False' }] }, by)
    const remove = (by: string) => scim('DELETE', `/Users/${id}`, {}, by)
    const attacks = (kind: Attack['kind'], how: string, by: string, status = 401): Attack[] =>
      [deactivate, remove].map((send) => ({ kind, how, send: () => send(by), status }))
    return {
      attacks: [
        ...attacks('forged', 'a token that was made up', `vst_scim_${'a'.repeat(43)}`),
        ...attacks('forged', 'the token with its end changed', `${current.token.slice(0, -1)}-`),
        ...attacks('forged', 'no token', ''),
        ...attacks('expired', 'a token that was replaced', expired.token),
        ...attacks('expired', 'a token that was removed', removed.token),
        ...attacks('foreign', 'the token of another customer', theirs.token, 404),
        ...attacks('foreign', 'an API key', String(key.key)),
        ...attacks('foreign', 'the access token of the user', access_token),
        ...attacks('foreign', 'the credential of the server', server.resourceSecret),
      ],
      sound: () => deactivate(current.token),
      async afterwards() {
        await scim('PATCH', `/Users/${id}`, { Operations: [{ op: 'replace', value: { active: true } }] })
        await api('POST', '/connections/main/scim-token')
      },
      again: 401,
    }
  })
})

test('over back-channel logout, a forged, replayed, expired or foreign signal ends nothing', async () => {
  const { api, provider, sign } = leaving
  const { backchannel_logout_url: url } = await api('GET', '/connections/main')
  const { backchannel_logout_url: their } = await api('GET', '/connections/main', undefined, foreign)
  const post = (logout_token: string, to = url) =>
    fetch(to, { method: 'POST', body: new URLSearchParams({ logout_token }) })
  await expectNothingEnds(async (alice) => {
    const claims = {
      iss: provider.issuer,
      aud: provider.clientId,
      exp: now() + 120,
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
      sub: alice,
      sid: `of ${alice}`,
    }
    const jwt = await sign(claims, 'logout+jwt')
    const [header, , signature] = jwt.split('.')
    const other = Buffer.from(JSON.stringify({ ...claims, iat: now(), jti: newName() })).toString('base64url')
    const attack = (kind: Attack['kind'], how: string, changes: object, by?: ProviderKey): Attack => ({
      ...{ kind, how, status: 400 },
      send: async () => post(await sign({ ...claims, ...changes }, 'logout+jwt', by)),
    })
    const idToken = { ...claims, events: undefined, nonce: 'n' }
    return {
      attacks: [
        ...FORGERIES.map(([how, by]) => attack('forged', how, {}, by)),
        {
          ...{ kind: 'forged', how: 'with the signature of another one', status: 400 },
          send: () => post(`${header}.${other}.${signature}`),
        },
        attack('expired', 'which says so', { exp: now() - 90 }),
        attack('expired', 'issued long ago', { iat: now() - 3_600, exp: undefined }),
        attack('expired', 'issued long ago, for ever', { iat: now() - 3_600, exp: now() + 86_400 }),
        attack('foreign', 'for another client', { aud: 'another-client' }),
        attack('foreign', 'of another issuer', { iss: 'https://attacker.example' }),
        {
          ...{ kind: 'foreign', how: 'an ID token', status: 400 },
          send: async () => post(await sign(idToken, 'JWT')),
        },
        {
          ...{ kind: 'foreign', how: 'at the address of another customer', status: 200 },
          send: async () => post(await sign(claims, 'logout+jwt'), their),
        },
      ],
      sound: () => post(jwt),
      again: 400,
    }
  })
})

for (const [channel, event] of [
  ['CAEP', 'caep/event-type/session-revoked'],
  ['RISC', 'risc/event-type/account-disabled'],
  ['RISC', 'risc/event-type/account-purged'],
] as const)
  test(`over Shared Signals, a forged, replayed, expired or foreign signal ends nothing: ${channel} ${event}`, async () => {
    const { provider, sign, takeSignals } = leaving
    const [{ issuer, audience }, their] = [await takeSignals(), await takeSignals(foreign)]
    const push = (body: string, to = audience) =>
      fetch(to, { method: 'POST', headers: { 'content-type': 'application/secevent+jwt' }, body })
    await expectNothingEnds(async (alice) => {
      const claims = {
        iss: issuer,
        aud: audience,
        sub_id: { format: 'iss_sub', iss: provider.issuer, sub: alice },
        events: { [`https://schemas.openid.net/secevent/${event}`]: {} },
      }
      const jwt = await sign(claims, 'secevent+jwt')
      const [header, , signature] = jwt.split('.')
      const other = Buffer.from(JSON.stringify({ ...claims, iat: now(), jti: newName() }))
      const attack = (
        [kind, how]: readonly [Attack['kind'], string],
        changes: object,
        { by, typ = 'secevent+jwt', to }: { by?: ProviderKey; typ?: string; to?: string } = {},
        status = 400,
      ): Attack => ({
        ...{ kind, how, status },
        send: async () => push(await sign({ ...claims, ...changes }, typ, by), to),
      })
      return {
        attacks: [
          ...FORGERIES.map(([how, by]) => attack(['forged', how], {}, { by })),
          {
            ...{ kind: 'forged', how: 'with the signature of another one', status: 400 },
            send: () => push(`${header}.${other.toString('base64url')}.${signature}`),
          },
          attack(['expired', 'which says so'], { exp: now() - 90 }),
          attack(['expired', 'of the day before'], { iat: now() - 25 * 3_600 }),
          attack(['foreign', 'for another receiver'], { aud: their.audience }),
          attack(['foreign', 'of another issuer'], { iss: 'https://attacker.example' }),
          attack(['foreign', 'of the provider, which is no transmitter'], { iss: provider.issuer }),
          attack(['foreign', 'a token of another kind'], {}, { typ: 'logout+jwt' }),
          attack(['foreign', 'at the address of another customer'], {}, { to: their.audience }),
          attack(
            ['foreign', 'for another customer, at its address'],
            { aud: their.audience },
            { to: their.audience },
            202,
          ),
          attack(
            ['foreign', 'about a user of another issuer'],
            { sub_id: { format: 'iss_sub', iss: 'https://other.example', sub: alice } },
            {},
            202,
          ),
        ],
        sound: () => push(jwt),
        again: 202,
      }
    })
  })
