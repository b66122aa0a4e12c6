import { addServer } from '../support/attack-server'
import type { Tokens } from '../support/attack-tokens'
import { GONE, type Leaving, newName, now, scimAt, startLeaving } from '../support/leaving'
import { expect, test } from '../support/test'

let leaving: Leaving
test.beforeAll(async ({ world }) => {
  leaving = await startLeaving(world)
})
test.afterAll(() => leaving?.stop())

/** From the signal on: everything within five seconds, by the clock of the test. */
async function expectEnd(tokens: Tokens, signal: () => Promise<Response>, action: string) {
  const { provider, server, api, aliveAt } = leaving
  expect(await aliveAt(tokens)).toEqual({ active: true })
  provider.requests.length = 0
  const begun = Date.now()
  expect((await signal()).status).toBeLessThan(300)
  expect(await aliveAt(tokens)).toEqual(GONE)
  await expect.poll(() => provider.requests.filter(({ path }) => path === '/revoke').length).toBe(1)
  expect(Date.now() - begun).toBeLessThan(5_000)
  const { items } = await api('GET', '/audit-log?limit=20')
  expect(items.find((entry: { action: string }) => entry.action === action)).toMatchObject({
    actor: { kind: 'identity_provider', id: server.connectionId },
  })
}

test('back-channel logout ends a session at every instance, and a forged one ends nothing', async () => {
  const { api, logIn, provider, sign } = leaving
  const { backchannel_logout_url: url } = await api('GET', '/connections/main')
  const alice = newName()
  const tokens = await logIn(alice)
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
  const sound = { iss: provider.issuer, aud: provider.clientId, exp: now() + 120, events, sid: `of ${alice}` }
  const send = (logout_token: string) =>
    fetch(url, { method: 'POST', body: new URLSearchParams({ logout_token }) })
  const forged = await send((await sign(sound, 'logout+jwt')).replace(/[^.]+$/, 'AAAA'))
  expect([forged.status, forged.headers.get('cache-control')]).toEqual([400, 'no-store'])
  const jwt = await sign(sound, 'logout+jwt')
  await expectEnd(tokens, () => send(jwt), 'user.signed_out')
  expect((await send(jwt)).status).toBe(400)
})

test('a user who is deactivated over SCIM has nothing left at any instance, and cannot log in', async () => {
  const { aliveAt, api, logIn } = leaving
  const scim = scimAt(await api('POST', '/connections/main/scim-token'))
  const alice = newName()
  const made = await scim('POST', '/Users', { userName: `${alice}@acme.example`, externalId: alice })
  expect(made.status).toBe(201)
  const { id } = await made.json()
  const tokens = await logIn(alice)
  const body = { Operations: [{ op: 'Replace', path: 'active', value: 'False' }] }
  expect((await scim('PATCH', `/Users/${id}`, body, `vst_scim_${'a'.repeat(43)}`)).status).toBe(401)
  await expectEnd(tokens, () => scim('PATCH', `/Users/${id}`, body), 'user.deprovisioned')
  await expect(logIn(alice)).rejects.toThrow('callback answered')
  await scim('PATCH', `/Users/${id}`, { Operations: [{ op: 'replace', value: { active: true } }] })
  expect(await aliveAt(await logIn(alice))).toEqual({ active: true })
})

for (const [kind, event] of [
  ['sessions_revoked', 'caep/event-type/session-revoked'],
  ['account_disabled', 'risc/event-type/account-disabled'],
] as const)
  test(`a signal that is pushed ends what a user has at every instance: ${kind}`, async () => {
    const { logIn, provider, sign } = leaving
    const { issuer, audience: url } = await leaving.takeSignals()
    const alice = newName()
    const tokens = await logIn(alice)
    const sound = {
      iss: issuer,
      aud: url,
      sub_id: { format: 'iss_sub', iss: provider.issuer, sub: alice },
      events: { [`https://schemas.openid.net/secevent/${event}`]: {} },
    }
    const push = (body: string) =>
      fetch(url, { method: 'POST', headers: { 'content-type': 'application/secevent+jwt' }, body })
    const foreign = await push(await sign({ ...sound, aud: 'https://elsewhere.example' }, 'secevent+jwt'))
    expect([foreign.status, (await foreign.json()).err]).toEqual([400, 'invalid_audience'])
    const jwt = await sign(sound, 'secevent+jwt')
    await expectEnd(tokens, () => push(jwt), `user.${kind}`)
    expect((await push(jwt)).status).toBe(202)
  })

test('who leaves a group over SCIM is refused the next refresh and exchange at any instance, whatever tokens say', async ({
  world,
}) => {
  const { aliveAt, api, logIn, post, provider, refreshed } = leaving
  const at = await addServer(world, provider, [
    'token_format: opaque',
    'handoff_scopes: [email]',
    'access: { default: deny, allow: { when: { claim: groups, contains: staff } } }',
  ])
  const scim = scimAt(await api('POST', '/connections/main/scim-token', undefined, at))
  const connection = await api('GET', '/connections/main', undefined, at)
  await api('PUT', '/connections/main', { ...connection, scim_groups: true }, at)
  const alice = newName()
  const user = await (await scim('POST', '/Users', { userName: alice, externalId: alice })).json()
  const said = { groups: ['staff'] }
  await expect(logIn(alice, at, said)).rejects.toThrow('callback answered')
  const members = [{ value: user.id }]
  const group = await (await scim('POST', '/Groups', { displayName: 'staff', members })).json()
  const tokens = await logIn(alice, at, said)
  const { refresh_token } = await refreshed(tokens.refresh_token, at)
  const another = await logIn(alice, at, said)
  expect(await aliveAt(tokens, at)).toEqual({ active: true })
  const left = { Operations: [{ op: 'remove', path: `members[value eq "${user.id}"]` }] }
  const begun = Date.now()
  expect((await scim('PATCH', `/Groups/${group.id}`, left)).status).toBe(204)
  expect(await aliveAt({ ...tokens, refresh_token }, at)).toEqual(GONE)
  const exchange = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: another.access_token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  }
  const headers = { authorization: `Bearer ${at.resourceSecret}` }
  expect((await (await post('/oauth/token', exchange, headers, at)).json()).error).toBe('invalid_grant')
  expect(Date.now() - begun).toBeLessThan(5_000)
  await expect(logIn(alice, at, said)).rejects.toThrow('callback answered')
})
