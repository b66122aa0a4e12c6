import { newVisitor } from '../../support/attack-visitor'
import { REDIRECT, RESOURCE_SECRET } from '../configuration'
import type { Installation } from '../installation'
import { authorizeUrl } from '../login'
import { json, type Sheet } from '../sheet'

/** The authorization endpoint, as far as the consent page; and requests that are pushed. */
export async function recordAuthorize(sheet: Sheet, { app, hostIssuer }: Installation): Promise<void> {
  const metadata = { redirect_uris: ['https://notes.example/callback'], token_endpoint_auth_method: 'none' }
  const registered = await sheet.ask('a client registers', `${app.url}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(metadata),
  })
  const stranger = {
    client_id: json(registered).client_id ?? '',
    redirect_uri: 'https://notes.example/callback',
  }
  for (const [title, parameters] of Object.entries(REQUESTS))
    await sheet.ask(title, authorizeUrl(app.url, parameters))
  for (const [title, parameters] of Object.entries(OF_A_STRANGER))
    await sheet.ask(title, authorizeUrl(app.url, { ...stranger, ...parameters }))
  await sheet.ask('nothing', `${app.url}/oauth/authorize`)
  await sheet.ask('a parameter twice', `${authorizeUrl(app.url)}&scope=a&scope=b`)
  await sheet.ask(
    'a parameter twice that decides where to go',
    `${authorizeUrl(app.url)}&redirect_uri=${REDIRECT}`,
  )
  await sheet.ask('in German', `${app.url}/oauth/authorize`, { headers: { 'accept-language': 'de' } })
  await sheet.ask('at a path', authorizeUrl(`${app.url}/s/second`))
  await sheet.ask('at a host of its own', authorizeUrl(hostIssuer))
  await sheet.ask('at the default path', authorizeUrl(app.url).replace('/oauth/authorize', '/authorize'))
  await sheet.ask('at no server', authorizeUrl(`${app.url}/s/nobody`))
  await sheet.ask('by POST', `${app.url}/oauth/authorize`, {
    method: 'POST',
    body: new URLSearchParams(new URL(authorizeUrl(app.url)).search),
  })
  await recordPushed(sheet, app.url)
}

async function recordPushed(sheet: Sheet, url: string): Promise<void> {
  const push = (title: string, parameters: Record<string, string>, headers = {}) => {
    const { search } = new URL(authorizeUrl(url, parameters))
    return sheet.ask(title, `${url}/oauth/par`, {
      method: 'POST',
      body: new URLSearchParams(search),
      headers,
    })
  }
  const pushed = json(await push('a pushed request', {}))
  await push('a pushed request that is wrong', { code_challenge: 'short' })
  await push('a pushed request of an unknown client', { client_id: 'nobody' })
  await push('a pushed request of the resource server', {}, { authorization: `Bearer ${RESOURCE_SECRET}` })
  await push('a pushed request that names another', { request_uri: 'urn:ietf:params:oauth:request_uri:x' })
  const query = (request_uri = '') => new URLSearchParams({ client_id: 'cli', request_uri })
  const visitor = newVisitor()
  await sheet.ask('what was pushed', `${url}/oauth/authorize?${query(pushed.request_uri)}`, {}, visitor)
  await sheet.ask(
    'what was never pushed',
    `${url}/oauth/authorize?${query('urn:ietf:params:oauth:request_uri:x')}`,
  )
}

const REQUESTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a good one': {},
  'one with everything': {
    scope: 'openid profile:read offline_access unknown',
    resource: 'https://mcp.acme.example/mcp',
    nonce: 'the-nonce',
    login_hint: 'alice@example.com',
    ui_locales: 'de en',
    max_age: '60',
    prompt: 'login',
    response_mode: 'form_post',
  },
  'an unknown client': { client_id: 'nobody' },
  'a client that is a document nobody has': { client_id: 'https://nobody.example/client.json' },
  'a client that is a well-known document': {
    client_id: 'https://claude.ai/oauth/mcp-oauth-client-metadata',
    redirect_uri: 'https://claude.ai/api/mcp/auth_callback',
  },
  'another redirect URI': { redirect_uri: 'https://evil.example/callback' },
  'a client of devices': { client_id: 'tv' },
  'no response type': { response_type: '' },
  'the implicit flow': { response_type: 'token' },
  'no PKCE': { code_challenge: '' },
  'PKCE in clear text': { code_challenge_method: 'plain' },
  'a challenge that is none': { code_challenge: 'short' },
  'another resource': { resource: 'https://other.example/mcp' },
  'a scope that is none': { scope: '"' },
  'no consent asked': { prompt: 'none' },
  'a prompt that is none': { prompt: 'shout' },
  'an age that is none': { max_age: '-1' },
  'a response mode that is none': { response_mode: 'fragment' },
  'a request object': { request: 'eyJhbGciOiJub25lIn0.e30.' },
  'a registration by the way': { registration: '{}' },
}

const OF_A_STRANGER: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a client that registered itself': {},
  'a mistake of a client that registered itself': { response_type: 'token' },
  'a mistake that is posted': { response_type: 'token', response_mode: 'form_post' },
}
