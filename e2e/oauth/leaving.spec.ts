import { randomBytes } from 'node:crypto'
import {
  type MisbehavingProvider,
  startMisbehavingProvider,
} from '@/lib/upstream/test-support/misbehaving-provider'
import { signIdToken } from '@/lib/upstream/test-support/provider-keys'
import { obtainCode } from '../support/attack-login'
import { addServer, type ExtraServer } from '../support/attack-server'
import { obtainTokens, type Tokens } from '../support/attack-tokens'
import { expect, test } from '../support/test'
import type { Sibling, World } from '../support/world'

let provider: MisbehavingProvider
let server: ExtraServer
/** Hears of nothing, and has to know all the same. */
let sibling: Sibling
let key: string
test.beforeAll(async ({ world }) => {
  provider = await startMisbehavingProvider()
  server = await addServer(world, provider, ['token_format: opaque'])
  sibling = await world.sibling()
  const made = await world.app.cli(['api-keys', 'create', '--installation', '--name', 'leaving'])
  key = /vst_key_[\w-]+/.exec(made.stdout)?.[0] ?? ''
})
test.afterAll(async () => {
  await sibling?.stop()
  await provider?.stop()
})

const name = () => randomBytes(6).toString('hex')
const now = () => Math.floor(Date.now() / 1000)

async function api({ app }: World, method: string, path: string, body?: object, at = server) {
  const response = await fetch(`${app.url}/api/v1/organizations/${at.slug}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  expect(response.status).toBeLessThan(300)
  return response.json()
}

async function logIn(world: World, sub: string, at = server, claims = {}): Promise<Tokens> {
  provider.misbehave({ idTokenClaims: { sub, sid: `of ${sub}`, ...claims } })
  return obtainTokens(at.issuer, await obtainCode(world, { issuer: at.issuer }))
}

const post = (path: string, form: Record<string, string>, headers = {}, at = server) =>
  sibling.fetch(`/s/${at.slug}${path}`, { method: 'POST', body: new URLSearchParams(form), headers })

const refreshed = async (refresh_token: string, at = server) =>
  (
    await post('/oauth/token', { grant_type: 'refresh_token', client_id: 'cli', refresh_token }, {}, at)
  ).json()

/** What the other instance says of a user's tokens; the refresh token is tried last. */
async function aliveAt({ access_token: token, refresh_token }: Tokens, at = server) {
  const headers = { authorization: `Bearer ${at.resourceSecret}` }
  const { active } = await (await post('/oauth/introspect', { token }, headers, at)).json()
  return active ? { active } : { active, refresh: (await refreshed(refresh_token, at)).error }
}

const scimAt = ({ token, url }: { readonly token: string; readonly url: string }) => {
  return (method: string, path: string, body: object, by = token) =>
    fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${by}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify(body),
    })
}

const GONE = { active: false, refresh: 'invalid_grant' }

/** From the signal on: everything within five seconds, by the clock of the test. */
async function expectEnd(world: World, tokens: Tokens, signal: () => Promise<Response>, action: string) {
  expect(await aliveAt(tokens)).toEqual({ active: true })
  provider.requests.length = 0
  const begun = Date.now()
  expect((await signal()).status).toBeLessThan(300)
  expect(await aliveAt(tokens)).toEqual(GONE)
  await expect.poll(() => provider.requests.filter(({ path }) => path === '/revoke').length).toBe(1)
  expect(Date.now() - begun).toBeLessThan(5_000)
  const { items } = await api(world, 'GET', '/audit-log?limit=20')
  expect(items.find((entry: { action: string }) => entry.action === action)).toMatchObject({
    actor: { kind: 'identity_provider', id: server.connectionId },
  })
}

const sign = (claims: object, typ: string) =>
  signIdToken({ iat: now(), jti: name(), ...claims }, 'rs256', {
    clientSecret: provider.clientSecret,
    withoutKeyId: false,
    typ,
  })

test('back-channel logout ends a session at every instance, and a forged one ends nothing', async ({
  world,
}) => {
  const { backchannel_logout_url: url } = await api(world, 'GET', '/connections/main')
  const alice = name()
  const tokens = await logIn(world, alice)
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
  const sound = { iss: provider.issuer, aud: provider.clientId, exp: now() + 120, events, sid: `of ${alice}` }
  const send = (logout_token: string) =>
    fetch(url, { method: 'POST', body: new URLSearchParams({ logout_token }) })
  const forged = await send((await sign(sound, 'logout+jwt')).replace(/[^.]+$/, 'AAAA'))
  expect([forged.status, forged.headers.get('cache-control')]).toEqual([400, 'no-store'])
  const jwt = await sign(sound, 'logout+jwt')
  await expectEnd(world, tokens, () => send(jwt), 'user.signed_out')
  expect((await send(jwt)).status).toBe(400)
})

test('a user who is deactivated over SCIM has nothing left at any instance, and cannot log in', async ({
  world,
}) => {
  const scim = scimAt(await api(world, 'POST', '/connections/main/scim-token'))
  const alice = name()
  const made = await scim('POST', '/Users', { userName: `${alice}@acme.example`, externalId: alice })
  expect(made.status).toBe(201)
  const { id } = await made.json()
  const tokens = await logIn(world, alice)
  const body = { Operations: [{ op: 'Replace', path: 'active', value: 'False' }] }
  expect((await scim('PATCH', `/Users/${id}`, body, `vst_scim_${'a'.repeat(43)}`)).status).toBe(401)
  await expectEnd(world, tokens, () => scim('PATCH', `/Users/${id}`, body), 'user.deprovisioned')
  await expect(logIn(world, alice)).rejects.toThrow('callback answered')
  await scim('PATCH', `/Users/${id}`, { Operations: [{ op: 'replace', value: { active: true } }] })
  expect(await aliveAt(await logIn(world, alice))).toEqual({ active: true })
})

test('a signal that is pushed ends what a user has at every instance', async ({ world }) => {
  const { signals_url: url, ...connection } = await api(world, 'GET', '/connections/main')
  const signals = {
    issuer: 'https://transmitter.example',
    audience: url,
    jwks_uri: `${provider.origin}/jwks`,
  }
  await api(world, 'PUT', '/connections/main', { ...connection, signals })
  const alice = name()
  const tokens = await logIn(world, alice)
  const sound = {
    iss: signals.issuer,
    aud: url,
    sub_id: { format: 'iss_sub', iss: provider.issuer, sub: alice },
    events: { 'https://schemas.openid.net/secevent/risc/event-type/account-disabled': {} },
  }
  const push = (body: string) =>
    fetch(url, { method: 'POST', headers: { 'content-type': 'application/secevent+jwt' }, body })
  const foreign = await push(await sign({ ...sound, aud: 'https://elsewhere.example' }, 'secevent+jwt'))
  expect([foreign.status, (await foreign.json()).err]).toEqual([400, 'invalid_audience'])
  const jwt = await sign(sound, 'secevent+jwt')
  await expectEnd(world, tokens, () => push(jwt), 'user.account_disabled')
  expect((await push(jwt)).status).toBe(202)
})

test('who leaves a group over SCIM is refused the next refresh and exchange at any instance, whatever tokens say', async ({
  world,
}) => {
  const at = await addServer(world, provider, [
    'token_format: opaque',
    'handoff_scopes: [email]',
    'access: { default: deny, allow: { when: { claim: groups, contains: staff } } }',
  ])
  const scim = scimAt(await api(world, 'POST', '/connections/main/scim-token', undefined, at))
  const connection = await api(world, 'GET', '/connections/main', undefined, at)
  await api(world, 'PUT', '/connections/main', { ...connection, scim_groups: true }, at)
  const alice = name()
  const user = await (await scim('POST', '/Users', { userName: alice, externalId: alice })).json()
  const said = { groups: ['staff'] }
  await expect(logIn(world, alice, at, said)).rejects.toThrow('callback answered')
  const members = [{ value: user.id }]
  const group = await (await scim('POST', '/Groups', { displayName: 'staff', members })).json()
  const tokens = await logIn(world, alice, at, said)
  const { refresh_token } = await refreshed(tokens.refresh_token, at)
  const another = await logIn(world, alice, at, said)
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
  await expect(logIn(world, alice, at, said)).rejects.toThrow('callback answered')
})
