import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createServer as createTlsServer, type Server } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { makeAuthority } from '@/lib/upstream/test-support/certificates'
import {
  type MisbehavingProvider,
  startMisbehavingProvider,
} from '@/lib/upstream/test-support/misbehaving-provider'
import { trusting } from '@/lib/upstream/test-support/trust'
import { freePort } from '@/test/free-port'
import {
  decide,
  locationOf,
  openConsent,
  openConsentLink,
  REDIRECT,
  redirectQuery,
} from '../support/attack-login'
import { addServer, newSlug } from '../support/attack-server'
import { obtainTokens, refresh } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { expireUpstreamToken, grantOf } from '../support/backdate'
import { clientDocument } from '../support/document-host'
import { authorizeUrl, expect, makePkce, test } from '../support/test'
import { startWorld, type World } from '../support/world'

// A world of its own, whose way to the internet is a proxy.

/** Known to the proxy alone, and what is reached without it. */
const BEHIND = 'login.corp.example'
const DIRECT = 'direct.corp.example'

/** A client's and a receiver's site, as name servers know it; and names that lead into our network, wholly or in part. */
const SITE = 'site.example'
const PUBLIC = '198.41.0.4'
const INSIDE = { 'inside.example': '10.0.0.1', 'partly.example': `${PUBLIC}+169.254.169.254` }
const NAMES = Object.entries({ [SITE]: PUBLIC, ...INSIDE }).map((entry) => entry.join('='))

const authority = makeAuthority()
/** Trusted by the whole installation, as the public ones are. */
const publicAuthority = makeAuthority()
const stranger = makeAuthority()
let world: World
let behind: MisbehavingProvider
let direct: MisbehavingProvider
/** What the proxy was asked to connect to, and with which credentials. */
let asked: { readonly to: string; readonly by: string | undefined }[] = []
let closeProxy: () => void
let site: Server
let folder: string
/** What the site was sent. */
let received: string[] = []
let siteUrl: (at: string, host?: string) => string

test.beforeAll(async () => {
  const certificate = authority.issue({ hosts: [BEHIND, DIRECT, 'localhost'] })
  behind = await startMisbehavingProvider({ tokenAnswer: { expires_in: 0 } }, certificate, BEHIND)
  direct = await startMisbehavingProvider({}, certificate, DIRECT)
  const port = await freePort()
  const proxy = createServer()
  proxy.on('connect', (request, socket) => {
    const to = request.url ?? ''
    asked.push({ to, by: request.headers['proxy-authorization'] })
    const onward = connect(Number(to.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      onward.pipe(socket).pipe(onward)
    })
    onward.on('error', () => socket.destroy())
    socket.on('error', () => onward.destroy())
  })
  await new Promise<void>((listening) => void proxy.listen(port, '127.0.0.1', listening))
  closeProxy = () => {
    proxy.close()
    proxy.closeAllConnections()
  }
  site = createTlsServer(publicAuthority.issue({ hosts: [SITE] }), async (request, response) => {
    received.push(`${request.method} ${request.url} ${await text(request)}`)
    const document = clientDocument(REDIRECT)(siteUrl('/client.json'))
    response.setHeader('content-type', 'application/json').end(JSON.stringify(document))
  })
  const sitePort = await freePort()
  await new Promise<void>((listening) => void site.listen(sitePort, '127.0.0.1', listening))
  siteUrl = (at, host = SITE) => `https://${host}:${sitePort}${at}`
  folder = await mkdtemp(path.join(tmpdir(), 'vestibule-e2e-authorities-'))
  await writeFile(path.join(folder, 'authorities.pem'), publicAuthority.cert)
  world = await startWorld({
    NODE_EXTRA_CA_CERTS: path.join(folder, 'authorities.pem'),
    NAMES_ELSEWHERE: NAMES.join(','),
    HTTPS_PROXY: `http://vestibule:pass@127.0.0.1:${port}`,
    NO_PROXY: DIRECT,
    NAMES_OF_THIS_MACHINE: DIRECT,
  })
})
test.afterAll(async () => {
  await world?.stop()
  closeProxy()
  site.close()
  await rm(folder, { recursive: true, force: true })
  await Promise.all([behind.stop(), direct.stop()])
})
test.beforeEach(() => {
  asked = []
  received = []
})

/** A customer of this provider, whose connection trusts these authorities besides the public ones. */
async function newCustomer(provider: MisbehavingProvider, authorities?: string): Promise<string> {
  const trust = authorities === undefined ? [] : [`certificate_authorities: ${JSON.stringify(authorities)}`]
  return (await addServer(world, provider, [], newSlug(), trust)).slug
}

/** A login up to where Allow leads. */
async function allow(slug: string) {
  const visitor = newVisitor()
  const { challenge, verifier } = makePkce()
  const url = authorizeUrl(`${world.app.url}/s/${slug}`, {
    client_id: 'cli',
    redirect_uri: REDIRECT,
    code_challenge: challenge,
  })
  const consent = await openConsent(visitor, url)
  return { visitor, verifier, consent, allowed: await decide(world, visitor, consent) }
}

/** A whole login; the browser finds the provider in its own way. */
async function logIn(slug: string) {
  const { visitor, verifier, allowed } = await allow(slug)
  const there = locationOf(allowed).replace(/^https:\/\/[^:/]+/, 'https://127.0.0.1')
  const answer = await trusting(authority.cert, () => fetch(there, { redirect: 'manual' }))
  const back = await visitor.go(locationOf(answer))
  const login = {
    code: redirectQuery(back).get('code') ?? '',
    verifier,
    clientId: 'cli',
    redirectUri: REDIRECT,
  }
  return obtainTokens(`${world.app.url}/s/${slug}`, { ...login, reference: '' })
}

const by = `Basic ${Buffer.from('vestibule:pass').toString('base64')}`
/** The management API's webhooks of an organization. */
async function webhooksOf(slug: string) {
  const { stdout } = await world.app.cli(['api-keys', 'create', '--installation', '--name', slug])
  return async (method: string, at: string, body?: object) => {
    const response = await fetch(`${world.app.url}/api/v1/organizations/${slug}/webhooks${at}`, {
      method,
      headers: { authorization: `Bearer ${stdout.trim()}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    expect(response.status).toBeLessThan(300)
    return response.status === 204 ? undefined : response.json()
  }
}

const portOf = ({ origin }: MisbehavingProvider) => new URL(origin).port

test('a login and its refresh go through the proxy, which alone knows the provider’s name', async () => {
  const slug = await newCustomer(behind, authority.cert)
  const tokens = await logIn(slug)
  await expireUpstreamToken(world, grantOf(tokens))
  const before = asked.length
  expect((await refresh(`${world.app.url}/s/${slug}`, tokens.refresh_token)).status).toBe(200)
  expect(asked.length).toBeGreaterThan(before)
  expect(new Set(asked.map((one) => JSON.stringify(one)))).toEqual(
    new Set([JSON.stringify({ to: `${BEHIND}:${portOf(behind)}`, by })]),
  )
  expect(world.app.output()).not.toContain('vestibule:pass')
})

test('what NO_PROXY names is reached without the proxy', async () => {
  const tokens = await logIn(await newCustomer(direct, authority.cert))
  expect(tokens.access_token).not.toBe('')
  expect(asked).toEqual([])
})

/** What a user is shown whose client is known by this address. */
async function consentFor(slug: string, client_id: string): Promise<string> {
  const { challenge: code_challenge } = makePkce()
  const url = authorizeUrl(`${world.app.url}/s/${slug}`, {
    client_id,
    redirect_uri: REDIRECT,
    code_challenge,
  })
  const visitor = newVisitor()
  const begun = await visitor.go(url)
  return begun.status === 303 ? (await openConsentLink(visitor, locationOf(begun))).html : begun.text()
}

test('a client’s document and a webhook go through the proxy, to the very address that was checked', async () => {
  const slug = await newCustomer(direct, authority.cert)
  expect(await consentFor(slug, siteUrl('/client.json'))).toContain('Documented Client')
  const webhooks = await webhooksOf(slug)
  const webhook = await webhooks('POST', '', { url: siteUrl('/hook') })
  await webhooks('POST', `/${webhook.id}/test`)
  await expect
    .poll(() => received.map((line) => line.split(' ').slice(0, 2).join(' ')))
    .toEqual(['GET /client.json', 'POST /hook'])
  const to = `${PUBLIC}:${new URL(siteUrl('/')).port}`
  expect(asked).toEqual([
    { to, by },
    { to, by },
  ])
})

test('through a proxy, too, neither documents nor webhooks reach an address inside', async () => {
  const slug = await newCustomer(direct, authority.cert)
  const webhooks = await webhooksOf(slug)
  for (const host of [
    ...Object.keys(INSIDE),
    '10.0.0.1',
    '169.254.169.254',
    '[fd00::1]',
    '[::ffff:10.0.0.1]',
  ]) {
    const address = new URL(siteUrl('/client.json', host)).href
    expect(await consentFor(slug, address)).toContain('This application can’t be verified right now')
    const webhook = await webhooks('POST', '', { url: address })
    await webhooks('POST', `/${webhook.id}/test`)
    const problem = async () => (await webhooks('GET', `/${webhook.id}/deliveries`)).items[0]?.last_problem
    await expect.poll(problem).toBe('its host name does not resolve to a public address')
    await webhooks('DELETE', `/${webhook.id}`)
  }
  expect([asked, received]).toEqual([[], []])
})

for (const [what, authorities] of [
  ['without it', undefined],
  ['with another one', stranger.cert],
] as const)
  test(`a private authority counts for its connection alone: ${what} nobody logs in`, async () => {
    for (const provider of [behind, direct]) {
      await logIn(await newCustomer(provider, authority.cert))
      const before = provider.requests.length
      const { allowed, consent } = await allow(await newCustomer(provider, authorities))
      expect(await allowed.text()).toContain(consent.reference)
      const { stdout } = await world.app.cli(['timeline', consent.reference])
      expect(stdout).toMatch(/failed +upstream_certificate_invalid/)
      expect(provider.requests.length).toBe(before)
    }
  })
