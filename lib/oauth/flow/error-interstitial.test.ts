import { describe, expect, it } from 'vitest'
import type { Client } from '../model'
import { resolveRedirectUri } from '../protocol/authorization-response'
import { OAuthError, RedirectedError } from '../protocol/errors'
import { checkRedirectUri } from '../protocol/redirect-uri'
import { needsInterstitial } from './error-interstitial'

/** Whether an error of a client with this redirect URI is shown before it leads there. */
function isShown(uri: string, kind: Client['kind'] = 'registered'): boolean {
  const client: Client = {
    id: 'row',
    serverId: 'server',
    clientId: 'client',
    kind,
    redirectUris: [uri],
    tokenEndpointAuthMethod: 'none',
    grantTypes: ['authorization_code'],
    createdAt: new Date(0),
  }
  const redirect = resolveRedirectUri(client, uri, { issuer: 'https://auth.example.com' })
  if (!redirect) throw new Error('not registered')
  return needsInterstitial(new RedirectedError(redirect, 'invalid_scope', 'no'), client)
}

describe('an error leads a browser without a click', () => {
  it.each([
    'http://127.0.0.1:3000/cb',
    'http://localhost/cb',
    'cursor://anysphere.cursor-mcp/cb',
    'vscode://x/cb',
  ])('to %s', (uri) => expect(isShown(uri)).toBe(false))

  it('to whatever the operator registered', () => {
    for (const uri of ['https://app.example/cb', 'com.example.app:/cb'])
      expect(isShown(uri, 'preregistered')).toBe(false)
  })
})

describe('a stranger who registered a client cannot have a link of ours open', () => {
  it.each(['https://evil.example/', 'unheard-of://run?calc', 'com.example.launcher:/run', 'slack://open'])(
    '%s',
    (uri) => {
      expect(isShown(uri)).toBe(true)
      expect(isShown(uri, 'metadata_document')).toBe(true)
    },
  )
})

it('an error that is not redirected is shown anyway', () => {
  expect(needsInterstitial(new OAuthError('invalid_request', 'no'), undefined)).toBe(false)
})

it('a client cannot register an address that starts a program of the system', () => {
  const schemes =
    'steam itms-services itms-apps powershell pwsh ms-settings zoommtg magnet android-app web+x shortcuts'
  for (const scheme of [...schemes.split(' '), 'x-apple.systempreferences', 'com.epicgames.launcher'])
    expect(checkRedirectUri(`${scheme}://run`)).toBe('its scheme cannot receive a redirect')
})
