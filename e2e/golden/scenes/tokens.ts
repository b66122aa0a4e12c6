import { newVisitor } from '../../support/attack-visitor'
import { CONFIDENTIAL_SECRET, RESOURCE_SECRET } from '../configuration'
import type { Installation } from '../installation'
import { decide, logIn, logInUpstream, openConsent, redemption } from '../login'
import { json, type Sheet } from '../sheet'

type Form = Readonly<Record<string, string>>
type Post = ReturnType<typeof poster>

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
const basic = (id: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})
const RESOURCE_SERVER = { authorization: `Bearer ${RESOURCE_SECRET}` }

const poster =
  (sheet: Sheet, issuer: string) =>
  (title: string, path: string, form: Form, headers: Record<string, string> = {}) =>
    sheet.ask(title, `${issuer}/oauth/${path}`, { method: 'POST', body: new URLSearchParams(form), headers })

/** Tokens of every kind, from their issue to their end. */
export async function recordTokens(sheet: Sheet, installation: Installation): Promise<void> {
  const { app } = installation
  const post = poster(sheet, app.url)
  await recordErrors(post)
  await sheet.ask('the token endpoint by GET', `${app.url}/oauth/token`)
  await sheet.ask('the token endpoint, asked by a page first', `${app.url}/oauth/token`, {
    method: 'OPTIONS',
  })
  await sheet.ask('another type of body', `${app.url}/oauth/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  const parameters = { scope: 'openid profile email profile:read notes:write', nonce: 'the-nonce' }
  const login = await logIn(installation, sheet, 'a login', { parameters })
  const tokens = json(await post('tokens', 'token', redemption(login.code)))
  await recordUse(sheet, post, app.url, tokens)
  await recordRefresh(post, tokens)
  await recordMachine(post)
  await recordDevice(sheet, installation, post)
  const second = poster(sheet, `${app.url}/s/second`)
  const other = await logIn(installation, sheet, 'a login for opaque tokens', { at: `${app.url}/s/second` })
  const opaque = json(await second('opaque tokens', 'token', redemption(other.code)))
  const token = opaque.access_token ?? ''
  await second('an opaque token is introspected', 'introspect', { token }, RESOURCE_SERVER)
  await second('an opaque token is handed off', 'token', exchange(token), RESOURCE_SERVER)
  await second('an opaque token is revoked', 'revoke', { token, client_id: 'cli' })
  await second('an opaque token that is revoked', 'introspect', { token }, RESOURCE_SERVER)
}

const exchange = (subject_token: string) => ({
  grant_type: EXCHANGE,
  subject_token,
  subject_token_type: ACCESS_TOKEN,
})

async function recordErrors(post: Post): Promise<void> {
  for (const [title, form] of Object.entries(REFUSED)) await post(title, 'token', form)
  const code = redemption('vst_code_unknown')
  const refresh = { grant_type: 'refresh_token', refresh_token: 'vst_rt_unknown' }
  await post('a wrong secret', 'token', refresh, basic('backend', 'wrong'))
  await post('a right secret', 'token', refresh, basic('backend', CONFIDENTIAL_SECRET))
  await post('another client than the header names', 'token', code, basic('backend', CONFIDENTIAL_SECRET))
  await post('a public client with a secret', 'token', { ...code, client_secret: 'x' })
  await post('nothing is introspected', 'introspect', {}, RESOURCE_SERVER)
  await post('a stranger introspects', 'introspect', { token: 'x' })
  await post('an unknown token is introspected', 'introspect', { token: 'x' }, RESOURCE_SERVER)
  await post('nothing is revoked', 'revoke', { client_id: 'cli' })
  await post('an unknown token is revoked', 'revoke', { client_id: 'cli', token: 'x' })
  await post('an unknown client revokes', 'revoke', { client_id: 'nobody', token: 'x' })
  await post('a handoff to a stranger', 'token', exchange('x'))
  await post('a handoff for an unknown token', 'token', exchange('x'), RESOURCE_SERVER)
  const assertion = {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    client_id: 'cli',
    assertion: 'x.y.z',
  }
  await post('an assertion that is none', 'token', assertion)
}

const REFUSED: Readonly<Record<string, Form>> = {
  'an empty form': {},
  'no client': { grant_type: 'authorization_code' },
  'an unknown client': redemption('vst_code_unknown', { client_id: 'nobody' }),
  'no grant type': { client_id: 'cli' },
  'an unknown grant type': { client_id: 'cli', grant_type: 'password' },
  'a grant type that the client has not': { client_id: 'cli', grant_type: 'client_credentials' },
  'no code': { client_id: 'cli', grant_type: 'authorization_code' },
  'an unknown code': redemption('vst_code_unknown'),
  'a malformed verifier': redemption('vst_code_unknown', { code_verifier: 'short' }),
  'another resource': redemption('vst_code_unknown', { resource: 'https://other.example/mcp' }),
  'no refresh token': { client_id: 'cli', grant_type: 'refresh_token' },
  'an unknown refresh token': {
    client_id: 'cli',
    grant_type: 'refresh_token',
    refresh_token: 'vst_rt_unknown',
  },
}

/** What an access token is good for. */
async function recordUse(
  sheet: Sheet,
  post: Post,
  url: string,
  tokens: Record<string, string>,
): Promise<void> {
  const token = tokens.access_token ?? ''
  const bearer = { authorization: `Bearer ${token}` }
  await sheet.ask('userinfo', `${url}/oauth/userinfo`, { headers: bearer })
  await sheet.ask('userinfo by POST', `${url}/oauth/userinfo`, { method: 'POST', headers: bearer })
  await sheet.ask('userinfo without a token', `${url}/oauth/userinfo`)
  await sheet.ask('userinfo with a wrong token', `${url}/oauth/userinfo`, {
    headers: { authorization: 'Bearer x' },
  })
  await sheet.ask('userinfo at another server', `${url}/s/second/oauth/userinfo`, { headers: bearer })
  await post('introspection', 'introspect', { token }, RESOURCE_SERVER)
  await post(
    'introspection of a refresh token',
    'introspect',
    { token: tokens.refresh_token ?? '' },
    RESOURCE_SERVER,
  )
  await post('a handoff', 'token', exchange(token), RESOURCE_SERVER)
  await post(
    'a handoff for another audience',
    'token',
    { ...exchange(token), audience: 'x' },
    RESOURCE_SERVER,
  )
}

async function recordRefresh(post: Post, tokens: Record<string, string>): Promise<void> {
  const refresh = (title: string, refresh_token = '', more: Form = {}) =>
    post(title, 'token', { grant_type: 'refresh_token', client_id: 'cli', refresh_token, ...more })
  await refresh('a refresh of another client', tokens.refresh_token, { client_id: 'tv' })
  await refresh('a refresh for a scope that was not granted', tokens.refresh_token, {
    scope: 'offline_access email',
  })
  const next = json(await refresh('a refresh', tokens.refresh_token))
  await refresh('the same refresh again', tokens.refresh_token)
  await refresh('a refresh for less', next.refresh_token, { scope: 'profile:read' })
  const last = next.access_token ?? ''
  await post('the access token is revoked', 'revoke', { client_id: 'cli', token: last })
  await post('the access token is introspected', 'introspect', { token: last }, RESOURCE_SERVER)
  await post('the refresh token is revoked', 'revoke', { client_id: 'cli', token: next.refresh_token ?? '' })
  await refresh('a refresh after its end', next.refresh_token)
}

/** A client without a user. */
async function recordMachine(post: Post): Promise<void> {
  const form = { grant_type: 'client_credentials', client_id: 'nightly', client_secret: CONFIDENTIAL_SECRET }
  const { access_token: token = '' } = json(await post('client credentials', 'token', form))
  await post('its introspection', 'introspect', { token }, RESOURCE_SERVER)
  await post('client credentials for more', 'token', { ...form, scope: 'profile:read' })
  await post('client credentials with a wrong secret', 'token', { ...form, client_secret: 'wrong' })
}

/** The device grant, from both sides. */
async function recordDevice(sheet: Sheet, installation: Installation, post: Post): Promise<void> {
  const { app } = installation
  const early = json(await post('a device begins', 'device_authorization', { client_id: 'tv' }))
  await post('another client begins', 'device_authorization', { client_id: 'cli' })
  const poll = (title: string, device_code = '') =>
    post(title, 'token', { grant_type: DEVICE, client_id: 'tv', device_code })
  await poll('it is early', early.device_code)
  await poll('it is too fast', early.device_code)
  await poll('an unknown device', 'vst_dc_unknown')
  const begun = json(
    await post('another device', 'device_authorization', { client_id: 'tv', scope: 'notes:write' }),
  )
  const visitor = newVisitor()
  await sheet.ask('the page of devices opens', `${app.url}/oauth/device/open`, {}, visitor)
  const { text } = await sheet.ask('the page of devices', `${app.url}/oauth/device`, {}, visitor)
  const token = /name="token" value="([^"]+)"/.exec(text)?.[1] ?? ''
  const enter = (title: string, user_code = '') =>
    sheet.ask(
      title,
      `${app.url}/oauth/device/code`,
      {
        method: 'POST',
        headers: { origin: app.url },
        body: new URLSearchParams({ request: 'device', token, user_code }),
      },
      visitor,
    )
  await enter('a wrong code', 'BBBB-BBBB')
  const found = await enter('the code', begun.user_code)
  const consent = await openConsent(sheet, 'the consent', found.headers.get('location') ?? '', visitor)
  const allowed = await decide(installation, sheet, visitor, consent, 'allow')
  const callback = await logInUpstream(installation, visitor, allowed.headers.get('location') ?? '', 'bob')
  await sheet.ask('the callback', callback, {}, visitor)
  await poll('the device has its tokens', begun.device_code)
  await poll('the device asks again', begun.device_code)
}
