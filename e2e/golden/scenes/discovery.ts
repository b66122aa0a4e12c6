import type { Installation } from '../installation'
import type { Sheet } from '../sheet'

/** Everything that a client may read before it says who it is. */
export async function recordDiscovery(sheet: Sheet, { app, hostIssuer }: Installation): Promise<void> {
  for (const path of PATHS) await sheet.ask(path, app.url + path)
  for (const path of HOST_PATHS) await sheet.ask(`at a host of its own: ${path}`, hostIssuer + path)
  const metadata = `${app.url}/.well-known/oauth-authorization-server`
  await sheet.ask('at an unknown host', metadata, { host: 'unknown.example' })
  await sheet.ask('asked by a page first', metadata, {
    method: 'OPTIONS',
    headers: { origin: 'https://client.example', 'access-control-request-method': 'GET' },
  })
  await sheet.ask('with another method', metadata, { method: 'POST' })
}

const HOST_PATHS = [
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-protected-resource/mcp',
  '/oauth/jwks',
  '/console',
]

const PATHS = [
  '/healthz',
  '/readyz',
  '/.well-known/oauth-authorization-server',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-protected-resource',
  '/.well-known/oauth-protected-resource/mcp',
  '/.well-known/oauth-authorization-server/s/second',
  '/.well-known/openid-configuration/s/second',
  '/s/second/.well-known/openid-configuration',
  '/s/second/.well-known/oauth-authorization-server',
  '/s/nobody/.well-known/oauth-authorization-server',
  '/.well-known/oauth-authorization-server/s/nobody',
  '/.well-known/change-password',
  '/s/second/.well-known/something',
  '/oauth/jwks',
  '/s/second/oauth/jwks',
  '/s/first/oauth/jwks',
  '/oauth/consent/brand/first/style.css',
  '/oauth/consent/brand/first/logo',
]
