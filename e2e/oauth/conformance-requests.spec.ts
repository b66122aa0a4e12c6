import { decide, newClientId, obtainCode, openConsent, REDIRECT } from '../support/attack-login'
import { basic, introspect, obtainTokens, outcome, postForm, refresh } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { startDocumentHost } from '../support/document-host'
import { authorizeUrl, expect, makePkce, register, test } from '../support/test'

const PUBLIC_CLIENT = { redirect_uris: ['http://127.0.0.1/callback'], token_endpoint_auth_method: 'none' }

test('an unknown scope is left out, and the response says what was granted (RFC 6749 §3.3) [AS-36 PX-19 RFC-22 H-36]', async ({
  world,
}) => {
  const { root } = world.issuers
  const parameters = { scope: 'unheard:of profile:read *' }
  const login = await obtainCode(world, { clientId: await newClientId(root), parameters })
  const tokens = await obtainTokens(root, login)
  expect(tokens.scope).toBe('profile:read')
  expect(await introspect(world, tokens.access_token)).toMatchObject({ scope: 'profile:read' })
})

test('a client that sends neither scope nor resource gets what it is for, and no more [PX-19]', async ({
  world,
}) => {
  const registered = await register(world.issuers.root, { ...PUBLIC_CLIENT, scope: 'profile:read' })
  const login = await obtainCode(world, { clientId: registered.client_id ?? '' })
  const { access_token, scope } = await obtainTokens(world.issuers.root, login)
  expect(scope).toBe('profile:read')
  expect(await introspect(world, access_token)).toMatchObject({ aud: world.resources.root })
})

test('a client’s logo and links are never fetched [AS-22 H-21]', async ({ page, world }) => {
  const site = await startDocumentHost()
  const logo_uri = site.serve((_, response) => response.writeHead(200, { 'content-type': 'image/png' }).end())
  const client_uri = site.serve((_, response) => response.writeHead(200).end())
  const client = await register(world.issuers.root, {
    ...PUBLIC_CLIENT,
    client_name: 'Painter',
    logo_uri,
    client_uri,
  })
  expect(client).toMatchObject({ logo_uri, client_uri })
  const asked = { client_id: client.client_id, redirect_uri: REDIRECT, code_challenge: makePkce().challenge }
  await page.goto(authorizeUrl(world.issuers.root, asked), { waitUntil: 'networkidle' })
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Painter')
  expect([site.asked(logo_uri), site.asked(client_uri)]).toEqual([0, 0])
  await site.close()
})

test('a client may send its secret in the header or in the body, however it registered [CL-5]', async ({
  world,
}) => {
  const { root } = world.issuers
  for (const token_endpoint_auth_method of ['client_secret_post', 'client_secret_basic'])
    await test.step(token_endpoint_auth_method, async () => {
      const client = await register(root, { ...PUBLIC_CLIENT, token_endpoint_auth_method })
      const { client_id = '', client_secret = '' } = client
      const login = await obtainCode(world, { clientId: client_id })
      const tokens = await obtainTokens(root, login, basic(client_id, client_secret))
      const refreshed = await refresh(root, tokens.refresh_token, { client_id, client_secret })
      const { refresh_token: token } = await refreshed.json()
      const revoked = await postForm(root, '/oauth/revoke', { token }, basic(client_id, client_secret))
      expect(await outcome(revoked)).toBe('200 ok')
      expect(await introspect(world, token)).toEqual({ active: false })
    })
})

test('our name at the identity provider, its scopes and its state are never the client’s [PX-5 H-20 H-36 H-37]', async ({
  world,
}) => {
  const visitor = newVisitor()
  const { challenge } = makePkce()
  const asked = {
    client_id: 'cli',
    redirect_uri: REDIRECT,
    code_challenge: challenge,
    state: 'of-the-client',
  }
  const url = authorizeUrl(world.issuers.root, {
    ...asked,
    scope: 'profile:read admin:everything',
    resource: world.resources.root,
  })
  const allowed = await decide(world, visitor, await openConsent(visitor, url))
  const sent = new URL(allowed.headers.get('location') ?? '').searchParams
  expect(Object.fromEntries(sent)).toMatchObject({
    client_id: 'vestibule',
    redirect_uri: `${world.app.url}/oauth/callback/main-idp`,
    code_challenge_method: 'S256',
  })
  expect(sent.get('scope')?.split(' ').sort()).toEqual(['email', 'offline_access', 'openid', 'profile'])
  expect(sent.has('resource')).toBe(false)
  expect(sent.get('state')).not.toContain('of-the-client')
  expect(sent.get('code_challenge')).not.toBe(challenge)
})
