import type { Installation } from '../installation'
import { json, type Sheet } from '../sheet'

/** Dynamic registration (RFC 7591) and its management (RFC 7592). */
export async function recordRegistration(sheet: Sheet, { app }: Installation): Promise<void> {
  const url = `${app.url}/oauth/register`
  const send = (title: string, metadata: unknown, headers: Record<string, string> = {}, to = url) =>
    sheet.ask(title, to, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof metadata === 'string' ? metadata : JSON.stringify(metadata),
    })
  const made = json(await send('a public client', PUBLIC))
  await send('a confidential client', CONFIDENTIAL)
  for (const [title, metadata] of Object.entries(REFUSED)) await send(title, metadata)
  await send('a body that is no JSON', '{')
  await send('another type of body', 'x=1', { 'content-type': 'application/x-www-form-urlencoded' })
  await send('at a server without registration', PUBLIC, {}, `${app.url}/s/own/oauth/register`)
  await send('at the default path', PUBLIC, {}, `${app.url}/register`)
  await sheet.ask('with another method', url)
  await sheet.ask('asked by a page first', url, { method: 'OPTIONS' })
  const own = `${url}/${made.client_id}`
  const headers = { authorization: `Bearer ${made.registration_access_token}` }
  await sheet.ask('its own registration', own, { headers })
  await sheet.ask('its own registration without a token', own)
  await sheet.ask('its own registration with a wrong token', own, {
    headers: { authorization: 'Bearer vst_rat_wrong' },
  })
  await sheet.ask('a change', own, {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ ...PUBLIC, client_id: made.client_id, client_name: 'Notes 2' }),
  })
  await sheet.ask('a change that is refused', own, {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ ...PUBLIC, client_id: 'another' }),
  })
  await sheet.ask('its end', own, { method: 'DELETE', headers })
  await sheet.ask('after its end', own, { headers })
}

const PUBLIC = {
  client_name: 'Notes',
  client_uri: 'https://notes.example',
  redirect_uris: ['https://notes.example/callback', 'http://127.0.0.1/callback'],
  token_endpoint_auth_method: 'none',
  scope: 'profile:read',
}

const CONFIDENTIAL = {
  client_name: 'Notes for teams',
  redirect_uris: ['https://notes.example/callback'],
  grant_types: ['authorization_code', 'refresh_token'],
  software_id: 'notes',
}

const REFUSED = {
  'no redirect URI': { client_name: 'Nowhere' },
  'a redirect URI in clear text': { redirect_uris: ['http://notes.example/callback'] },
  'a redirect URI with a fragment': { redirect_uris: ['https://notes.example/#x'] },
  'a redirect URI that is a script': { redirect_uris: ['javascript:alert(1)'] },
  'a grant type of its own': { redirect_uris: ['https://notes.example/cb'], grant_types: ['password'] },
  'client credentials': { redirect_uris: ['https://notes.example/cb'], grant_types: ['client_credentials'] },
  'an unknown method': { redirect_uris: ['https://notes.example/cb'], token_endpoint_auth_method: 'magic' },
  'keys that are none': {
    redirect_uris: ['https://notes.example/cb'],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: {},
  },
  'an implicit flow': { redirect_uris: ['https://notes.example/cb'], response_types: ['token'] },
  'a list': [],
}
