import { expectPage, expectRedirectedError } from '../support/attack-answers'
import { approachCallback, locationOf, openConsent, REDIRECT, redirectQuery } from '../support/attack-login'
import { newVisitor } from '../support/attack-visitor'
import { authorizeUrl, expect, makePkce, register, test } from '../support/test'
import type { World } from '../support/world'

const SITE = 'https://app.example/callback'
const LOOPBACK = 'http://127.0.0.1/callback'
const NATIVE = { redirect_uris: [LOOPBACK], token_endpoint_auth_method: 'none' }

/** A self-registered client with an https redirect URI. */
const registerSite = ({ issuers }: World) =>
  register(issuers.root, { client_name: 'Site', redirect_uris: [SITE], token_endpoint_auth_method: 'none' })

const sound = () => ({ client_id: 'cli', redirect_uri: REDIRECT, code_challenge: makePkce().challenge })

/** An error that is redirected to the client; the tests' state is always the same. */
const expectRedirected = (response: Response, error: string, world: World) =>
  expectRedirectedError(response, {
    error,
    redirectUri: REDIRECT,
    state: 'the-state',
    issuer: world.issuers.root,
  })

test('an attacker who makes up a client, or names two, gets no redirect [AS-29 AS-33 RFC-1 RFC-8 H-13]', async ({
  world,
}) => {
  const { go } = newVisitor()
  const url = authorizeUrl(world.issuers.root, sound())
  const elsewhere = await register(world.issuers.path, NATIVE)
  const urls = [
    authorizeUrl(world.issuers.root, { ...sound(), client_id: 'made-up' }),
    authorizeUrl(world.issuers.root, { ...sound(), client_id: undefined }),
    authorizeUrl(world.issuers.root, { ...sound(), client_id: '' }),
    authorizeUrl(world.issuers.root, { ...sound(), client_id: 'CLI' }),
    authorizeUrl(world.issuers.root, { ...sound(), client_id: 'https://evil.example/client.json' }),
    authorizeUrl(world.issuers.root, { ...sound(), client_id: elsewhere.client_id }),
    `${url}&client_id=cli`,
    `${url}&redirect_uri=${encodeURIComponent(REDIRECT)}`,
    `${url}&state=second`,
  ]
  for (const url of urls) await expectPage(await go(url))
})

test('an attacker cannot bend the redirect URI of a web application to his own [AS-28 PX-10 RFC-1 H-13 H-14]', async ({
  world,
}) => {
  const { client_id } = await registerSite(world)
  const { go } = newVisitor()
  const bent = [
    'https://evil.example/callback',
    'https://app.example.evil.example/callback',
    'https://app.example@evil.example/callback',
    'https://app.example%40evil.example/callback',
    'https://app.example\\@evil.example/callback',
    'https://app.example%25@evil.example/callback',
    'https://evil.example/?next=https://app.example/callback',
    'https://evil.example#https://app.example/callback',
    'https://user@app.example/callback',
    'https://app.example/callback#fragment',
    'https://app.example/callback/',
    'https://app.example/callback/more',
    'https://app.example/callback?more=1',
    'https://app.example/callback/../evil',
    'https://app.example/callback/..;/evil',
    'https://app.example/./callback',
    'https://app.example//callback',
    'https://app.example/Callback',
    'https://APP.example/callback',
    'HTTPS://app.example/callback',
    'https://app.example/call%62ack',
    'https://app.ex%61mple/callback',
    'https://app.example./callback',
    'https://app.example:443/callback',
    'https://app.example:8443/callback',
    'https://аpp.example/callback',
    'http://app.example/callback',
    '//app.example/callback',
    'app.example/callback',
    'javascript://app.example/callback%0aalert(1)',
    'data:text/html,https://app.example/callback',
    ' https://app.example/callback',
    'https://app.example/callback\n',
    'https://app.example/callback\0',
    'https://app\t.example/callback',
  ]
  for (const redirect_uri of bent)
    await test.step(JSON.stringify(redirect_uri), async () => {
      await expectPage(await go(authorizeUrl(world.issuers.root, { ...sound(), client_id, redirect_uri })))
    })
  const honest = await go(authorizeUrl(world.issuers.root, { ...sound(), client_id, redirect_uri: SITE }))
  expect(honest.status).toBe(303)
})

test('an attacker cannot fold one loopback host into another, only the port is free [AS-28 RFC-10]', async ({
  world,
}) => {
  const { client_id } = await register(world.issuers.root, NATIVE)
  const { go } = newVisitor()
  const bent = [
    'http://localhost/callback',
    'http://[::1]/callback',
    'http://127.0.0.2/callback',
    'http://127.1/callback',
    'http://2130706433/callback',
    'http://0x7f.0.0.1/callback',
    'http://0177.0.0.1/callback',
    'http://127.0.0.1.evil.example/callback',
    'http://127.0.0.1@evil.example/callback',
    'http://127.0.0.1:80@evil.example/callback',
    'http://127.0.0.1:1234/other',
    'http://127.0.0.1:1234/callback/',
    'http://127.0.0.1:99999/callback',
    'http://127.0.0.1:/callback',
    'http://127.0.0.1:1234#/callback',
    'https://127.0.0.1/callback',
  ]
  for (const redirect_uri of bent)
    await test.step(redirect_uri, async () => {
      await expectPage(await go(authorizeUrl(world.issuers.root, { ...sound(), client_id, redirect_uri })))
    })
  const otherPort = { ...sound(), client_id, redirect_uri: 'http://127.0.0.1:51234/callback' }
  expect((await go(authorizeUrl(world.issuers.root, otherPort))).status).toBe(303)
})

test('an attacker who registered his site cannot use us as an open redirector [AS-29 RFC-18]', async ({
  world,
}) => {
  const { client_id } = await registerSite(world)
  const { go } = newVisitor()
  const query = { ...sound(), client_id, redirect_uri: SITE, code_challenge: undefined, state: 'the-state' }
  const page = await expectPage(await go(authorizeUrl(world.issuers.root, query)))
  const href = /<a class="button"[^>]* href="([^"]+)"/.exec(page)?.[1]?.replaceAll('&#38;', '&') ?? ''
  expect(href.startsWith(`${SITE}?error=invalid_request&`)).toBe(true)
  expect(new URL(href).searchParams.get('state')).toBe('the-state')
  expect(page).toContain('>app.example</bdi>')
})

test('a client without PKCE, or with a weak challenge, gets no login [AS-1 AS-5 AS-23 RFC-2 RFC-7 RFC-20 H-23 H-28]', async ({
  world,
}) => {
  const { challenge } = makePkce()
  const registered = await register(world.issuers.root, NATIVE)
  const weak: Record<string, string | undefined>[] = [
    { code_challenge: undefined },
    { code_challenge: '' },
    { code_challenge_method: 'plain' },
    { code_challenge_method: undefined },
    { code_challenge_method: 's256' },
    { code_challenge_method: 'S512' },
    { code_challenge: challenge.slice(1) },
    { code_challenge: `${challenge}A` },
    { code_challenge: `${challenge.slice(1)}=` },
    { code_challenge: `${challenge.slice(1)}+` },
    { code_challenge: `${challenge.slice(1)}é` },
    { code_challenge: ` ${challenge}` },
  ]
  const { go } = newVisitor()
  for (const client_id of ['cli', registered.client_id])
    for (const changes of weak)
      await test.step(JSON.stringify(changes), async () => {
        const url = authorizeUrl(world.issuers.root, {
          ...sound(),
          client_id,
          state: 'the-state',
          ...changes,
        })
        expectRedirected(await go(url), 'invalid_request', world)
      })
})

test('a request that two readers could read differently is refused [RFC-5]', async ({ world }) => {
  const { go } = newVisitor()
  const url = authorizeUrl(world.issuers.root, { ...sound(), state: 'the-state', scope: 'profile:read' })
  const repeated = [
    'scope=notes:write',
    'scope=profile:read',
    'scope=',
    `code_challenge=${makePkce().challenge}`,
    'code_challenge_method=plain',
    'response_type=code',
    'response_mode=fragment',
    'unheard_of=1&unheard_of=2',
  ]
  for (const more of repeated)
    await test.step(more, async () => {
      expectRedirected(await go(`${url}&${more}`), 'invalid_request', world)
    })
})

test('a client cannot have its tokens in the front channel [RFC-2 RFC-12]', async ({ world }) => {
  const { go } = newVisitor()
  const asked: [Record<string, string | undefined>, string][] = [
    [{ response_type: undefined }, 'invalid_request'],
    [{ response_type: 'token' }, 'unsupported_response_type'],
    [{ response_type: 'id_token' }, 'unsupported_response_type'],
    [{ response_type: 'code token' }, 'unsupported_response_type'],
    [{ response_type: 'none' }, 'unsupported_response_type'],
    [{ response_mode: 'fragment' }, 'invalid_request'],
    [{ response_mode: 'form_post.jwt' }, 'invalid_request'],
  ]
  for (const [changes, error] of asked)
    await test.step(JSON.stringify(changes), async () => {
      const url = authorizeUrl(world.issuers.root, { ...sound(), state: 'the-state', ...changes })
      expectRedirected(await go(url), error, world)
    })
})

test('a client cannot request tokens for another server’s resource [RFC-2 RFC-9]', async ({ world }) => {
  const { go } = newVisitor()
  const url = authorizeUrl(world.issuers.root, { ...sound(), state: 'the-state' })
  const { root, path, host } = world.resources
  const foreign = [
    [path],
    [host],
    [`${root}/more`],
    [`${root}#fragment`],
    [root.replace('http:', 'https:')],
    ['/mcp'],
    ['urn:resource'],
    ['http://['],
    [root, path],
    [path, root],
  ]
  for (const resources of foreign)
    await test.step(resources.join(' '), async () => {
      const query = new URLSearchParams(resources.map((resource) => ['resource', resource]))
      expectRedirected(await go(`${url}&${query}`), 'invalid_target', world)
    })
  const twice = new URLSearchParams([root, root].map((resource) => ['resource', resource]))
  expect((await go(`${url}&${twice}`)).headers.get('location')).toContain('/oauth/consent/')
})

test('a script on another site cannot read the authorization endpoint [RFC-16]', async ({ world }) => {
  const { go } = newVisitor()
  const urls = [
    authorizeUrl(world.issuers.root, sound()),
    authorizeUrl(world.issuers.root, { ...sound(), code_challenge: undefined }),
    authorizeUrl(world.issuers.root, { ...sound(), client_id: 'made-up' }),
    authorizeUrl(world.issuers.path, sound()),
    authorizeUrl(world.issuers.host, sound()),
    authorizeUrl(world.issuers.root, sound()).replace('/oauth/authorize', '/authorize'),
  ]
  for (const url of urls)
    for (const method of ['GET', 'OPTIONS', 'POST']) {
      const response = await go(url, { method, headers: { origin: 'https://evil.example' } })
      expect([...response.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
      expect(response.status).toBeLessThan(500)
    }
})

test('a client that probes the URL first, again and again, uses nothing up [CL-1]', async ({ world }) => {
  const url = authorizeUrl(world.issuers.root, sound())
  const probe = newVisitor()
  const [first, ...others] = await Promise.all([1, 2, 3].map(() => probe.go(url)))
  for (const other of others) expect(locationOf(other)).not.toBe(locationOf(first!))
  for (let time = 0; time < 3; time++) {
    const opened = await newVisitor().go(locationOf(first!))
    expect(opened.status).toBe(303)
  }
  const owner = newVisitor()
  const consent = await openConsent(owner, url)
  expect((await owner.go(`${world.app.url}/oauth/consent?request=${consent.requestId}`)).status).toBe(200)
  const { callback } = await approachCallback(world, owner, url)
  const back = await owner.go(callback)
  expect(redirectQuery(back).get('code')).toMatch(/^vst_code_/)
})
