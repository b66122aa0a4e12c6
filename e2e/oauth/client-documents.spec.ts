import type { RequestListener } from 'node:http'
import { freePort } from '@/test/free-port'
import { expectPage } from '../support/attack-answers'
import { locationOf, obtainCode, openConsent, REDIRECT } from '../support/attack-login'
import { obtainTokens, outcome, postForm, refresh } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { clientDocument, type DocumentHost, startDocumentHost } from '../support/document-host'
import { authorizeUrl, test as base, expect, logIn, makePkce, post } from '../support/test'
import type { World } from '../support/world'

/** Every test has a host of its own: each is asked so often a minute and no more. */
const test = base.extend<{ host: DocumentHost }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from it.
  host: async ({}, use) => {
    const host = await startDocumentHost()
    await use(host)
    await host.close()
  },
})

const UNREACHABLE = 'This application can’t be verified right now'
const INVALID = 'This application can’t be verified'
const NOT_ALLOWED = 'This application isn’t allowed'

const urlFor = (issuer: string, clientId: string, parameters: Record<string, string> = {}) =>
  authorizeUrl(issuer, {
    client_id: clientId,
    redirect_uri: REDIRECT,
    code_challenge: makePkce().challenge,
    ...parameters,
  })
const ask = (world: World, clientId: string, parameters: Record<string, string> = {}) =>
  newVisitor().go(urlFor(world.issuers.root, clientId, parameters))

test('a client that is known by its address logs its user in and stays connected [AS-8 AS-9]', async ({
  page,
  world,
  host,
}) => {
  const issuer = world.issuers.root
  const metadata = await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json()
  expect(metadata.client_id_metadata_document_supported).toBe(true)
  expect(metadata.token_endpoint_auth_methods_supported).toContain('none')

  const redirectUri = 'https://client.example/api/mcp/auth_callback'
  const client_id = host.publish(clientDocument(redirectUri))
  const { verifier, challenge } = makePkce()
  const parameters = { client_id, redirect_uri: redirectUri, code_challenge: challenge }
  const back = await logIn(page, authorizeUrl(issuer, parameters))
  expect(back.searchParams.get('iss')).toBe(issuer)

  const response = await post(`${issuer}/oauth/token`, {
    grant_type: 'authorization_code',
    client_id,
    redirect_uri: redirectUri,
    code: back.searchParams.get('code') ?? '',
    code_verifier: verifier,
  })
  expect(response.status).toBe(200)
  const { refresh_token } = await response.json()
  await host.close()
  expect(await outcome(await refresh(issuer, refresh_token, { client_id }))).toBe('200 ok')
})

test('the consent page says which host vouches for the client, and warns of programs on this computer [AS-16]', async ({
  page,
  world,
  host,
}) => {
  await page.goto(urlFor(world.issuers.root, host.publish(clientDocument('http://127.0.0.1/callback'))))
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Documented Client wants to use Acme MCP')
  await expect(page.getByText(`Verified by ${new URL(host.origin).host}.`)).toBeVisible()
  await expect(page.getByText('registered itself')).toBeHidden()
  await expect(page.getByText('127.0.0.1:9876')).toBeVisible()
  await expect(page.getByText('Any program on this computer could be listening.')).toBeVisible()
})

test('a document is fetched once, for any number of requests [AS-10]', async ({ world, host }) => {
  const clientId = host.publish(clientDocument(REDIRECT))
  const answers = await Promise.all(Array.from({ length: 12 }, () => ask(world, clientId)))
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]))
  const { path } = world.issuers
  expect((await newVisitor().go(urlFor(path, clientId))).status).toBe(303)
  expect(host.asked(clientId)).toBe(1)
})

const json = (body: unknown, status = 200, type = 'application/json'): RequestListener => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return (_, response) => response.writeHead(status, { 'content-type': type }).end(text)
}

/** Responses in place of a client metadata document; the text is the error for its developer. */
const NOT_FETCHED: Record<string, [answer: (host: DocumentHost) => RequestListener, text: string]> = {
  'a redirect to it': [
    (host) => (_, response) =>
      response.writeHead(302, { location: host.publish(clientDocument(REDIRECT)) }).end(),
    'answered 302',
  ],
  nothing: [() => json({}, 404), 'answered 404'],
  'an error': [() => json({}, 500), 'answered 500'],
  'a page': [() => json('<!doctype html>', 200, 'text/html'), 'content type'],
  'no JSON': [() => json('{"client_id":'), 'not JSON'],
  'more than 5 KB': [() => json({ padding: 'x'.repeat(6_000) }), 'larger than 5120 bytes'],
  'nothing for a long time': [() => () => {}, 'did not arrive within 5 seconds'],
  'a cut connection': [() => (request) => request.socket.destroy(), 'cannot be reached'],
}

for (const [what, [answer, text]] of Object.entries(NOT_FETCHED))
  test(`a client whose address has ${what} is not an unknown one [AS-14 AS-18]`, async ({ world, host }) => {
    const page = await expectPage(await ask(world, host.serve(answer(host))))
    expect(page).toContain(UNREACHABLE)
    expect(page).toContain(text)
    expect(page).not.toContain('not known here')
  })

const NOT_USABLE: Record<string, [changes: object, text: string]> = {
  'names another client': [{ client_id: 'https://client.example/oauth.json' }, 'client_id'],
  'names its address in another spelling': [{ client_id: 'HTTP://LOCALHOST/0.json' }, 'client_id'],
  'has no name': [{ client_name: undefined }, 'client_name'],
  'has no redirect URIs': [{ redirect_uris: [] }, 'redirect_uris'],
  'has a script for its redirect URI': [{ redirect_uris: ['javascript:alert(1)'] }, 'redirect_uris'],
  'has a plain http redirect URI': [{ redirect_uris: ['http://client.example/cb'] }, 'redirect_uris'],
  'has a secret': [{ client_secret: 'hush' }, 'client_secret'],
  'wants to have a secret': [{ token_endpoint_auth_method: 'client_secret_basic' }, 'shared secret'],
  'signs, and has no keys': [{ token_endpoint_auth_method: 'private_key_jwt' }, 'jwks'],
  'shows a private key': [{ jwks: { keys: [{ kty: 'EC', crv: 'P-256', d: 'x' }] } }, 'public keys only'],
}

for (const [what, [changes, text]] of Object.entries(NOT_USABLE))
  test(`a client whose document ${what} is not let in [AS-11 AS-14]`, async ({ world, host }) => {
    const page = await expectPage(await ask(world, host.publish(clientDocument(REDIRECT, changes))))
    expect(page).toContain(INVALID)
    expect(page).toContain(text)
  })

test('no redirect goes to a bad URI of a document, whose good ones count [AS-13]', async ({
  world,
  host,
}) => {
  const clientId = host.publish(
    clientDocument(REDIRECT, { redirect_uris: [REDIRECT, 'javascript:alert(1)'] }),
  )
  expect((await ask(world, clientId)).status).toBe(303)
  const refused = await ask(world, clientId, { redirect_uri: 'javascript:alert(1)' })
  expect(await expectPage(refused)).toContain('isn’t valid')
})

test('no redirect goes to a URI that is not in the document [AS-13]', async ({ world, host }) => {
  const clientId = host.publish(clientDocument('https://client.example/callback'))
  for (const redirect_uri of [REDIRECT, 'https://client.example/callback/', 'https://evil.example/callback'])
    expect(await expectPage(await ask(world, clientId, { redirect_uri }))).toContain('isn’t valid')
})

test('an error is shown before it leads to a host that only a document names [AS-29 RFC-18]', async ({
  world,
  host,
}) => {
  const redirect_uri = 'https://client.example/callback'
  const clientId = host.publish(clientDocument(redirect_uri))
  const page = await ask(world, clientId, { redirect_uri, response_type: 'token' })
  expect(page.status).toBe(400)
  expect(locationOf(page)).toBe('')
  expect(await page.text()).toContain('This leads to')
})

test('an address that cannot be a client id is refused before any request [AS-19]', async ({
  world,
  host,
}) => {
  const good = host.publish(clientDocument(REDIRECT))
  const { host: authority, pathname } = new URL(good)
  for (const clientId of [
    `${good}?a=b`,
    `${good}#a`,
    `http://user@${authority}${pathname}`,
    `http://${authority}/a/..${pathname}`,
    `http://${authority}/%2e%2e${pathname}`,
    `http://LOCALHOST:${new URL(good).port}${pathname}`,
    `http://client.example${pathname}`,
  ])
    expect(await expectPage(await ask(world, clientId)), clientId).toContain(INVALID)
  expect(host.asked(good)).toBe(0)
})

test('no address leads into a private network, however it is spelled [AS-15 PX-18 H-21]', async ({
  world,
}) => {
  const secret = await startDocumentHost()
  const { port } = new URL(secret.origin)
  for (const authority of [
    '169.254.169.254',
    '10.0.0.1',
    '192.168.0.1',
    '100.100.100.200',
    '[fd00:ec2::254]',
    '[::ffff:a9fe:a9fe]',
    `[::ffff:7f00:1]:${port}`,
    `[64:ff9b::7f00:1]:${port}`,
    `0.0.0.0:${port}`,
    `[::]:${port}`,
  ]) {
    const page = await expectPage(await ask(world, `https://${authority}/client.json`))
    expect(page, authority).toContain(UNREACHABLE)
    expect(page, authority).toContain('its host cannot be reached')
  }
  for (const spelling of ['0x7f.1', '2130706433', '0177.0.0.1', '127.1'])
    expect(await expectPage(await ask(world, `https://${spelling}:${port}/client.json`))).toContain(INVALID)
  expect(secret.asked(`${secret.origin}/client.json`)).toBe(0)
  await secret.close()
})

test('the token endpoint sends no request on behalf of an unknown client [AS-15]', async ({
  world,
  host,
}) => {
  const clientId = host.publish(clientDocument(REDIRECT))
  const form = { grant_type: 'refresh_token', client_id: clientId, refresh_token: 'vst_rt_x' }
  const answer = await postForm(world.issuers.root, '/oauth/token', form)
  expect(await outcome(answer)).toBe('401 invalid_client')
  expect(host.asked(clientId)).toBe(0)
})

test('what one client got is of no use to another with the same redirect URI [AS-15]', async ({
  world,
  host,
}) => {
  const issuer = world.issuers.root
  const [mine, other] = [host.publish(clientDocument(REDIRECT)), host.publish(clientDocument(REDIRECT))]
  expect((await ask(world, other)).status).toBe(303)
  const login = await obtainCode(world, { clientId: mine })
  const stolen = { ...login, clientId: other }
  await expect(obtainTokens(issuer, stolen)).rejects.toThrow('400')
  const { refresh_token } = await obtainTokens(issuer, login)
  expect(await outcome(await refresh(issuer, refresh_token, { client_id: other }))).toBe('400 invalid_grant')
  expect(await outcome(await refresh(issuer, refresh_token, { client_id: mine }))).toBe('200 ok')
})

test('the operator chooses which hosts may vouch for clients [AS-9 AS-17]', async ({ world, host }) => {
  const listed = new URL(host.origin).host
  const clientId = host.publish(clientDocument(REDIRECT))
  const slug = `policy-${await freePort()}`
  const apply = async (policy: string) => {
    const { code, stdout, stderr } = await world.app.cli(
      ['apply', '-f', '-'],
      policyYaml(world, slug, policy),
    )
    expect(code, stdout + stderr).toBe(0)
  }
  const issuer = `${world.app.url}/s/${slug}`
  const address = `${world.app.url}/.well-known/oauth-authorization-server/s/${slug}`
  const announced = async () => (await (await fetch(address)).json()).client_id_metadata_document_supported

  await apply('off')
  expect(await expectPage(await newVisitor().go(urlFor(issuer, clientId)))).toContain(NOT_ALLOWED)
  expect(await announced()).toBe(false)
  await apply('{ hosts: [claude.ai] }')
  expect(await expectPage(await newVisitor().go(urlFor(issuer, clientId)))).toContain(NOT_ALLOWED)
  expect(host.asked(clientId)).toBe(0)
  await apply(`{ hosts: [claude.ai, "${listed}"] }`)
  // Discovery may be a second old.
  await expect.poll(announced).toBe(true)
  expect((await openConsent(newVisitor(), urlFor(issuer, clientId))).html).toContain('Verified by')
})

const policyYaml = (world: World, slug: string, policy: string) => `
organizations:
  - slug: ${slug}
    name: Policy Inc
    connections:
      - slug: login
        id: ${slug}
        type: oidc
        issuer: ${world.idp.issuer}
        client_id: vestibule
        client_secret: env:UPSTREAM_SECRET
    servers:
      - slug: ${slug}
        name: Policy MCP
        resource: https://${slug}.example/mcp
        connection: login
        client_policy: ${policy}
`
