import { createServer } from 'node:http'
import { connect } from 'node:net'
import { makeAuthority } from '@/lib/upstream/test-support/certificates'
import {
  type MisbehavingProvider,
  startMisbehavingProvider,
} from '@/lib/upstream/test-support/misbehaving-provider'
import { trusting } from '@/lib/upstream/test-support/trust'
import { freePort } from '@/test/free-port'
import { decide, locationOf, openConsent, REDIRECT, redirectQuery } from '../support/attack-login'
import { addServer, newSlug } from '../support/attack-server'
import { obtainTokens, refresh } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { expireUpstreamToken, grantOf } from '../support/backdate'
import { authorizeUrl, expect, makePkce, test } from '../support/test'
import { startWorld, type World } from '../support/world'

// A world of its own, whose way to the internet is a proxy.

/** Known to the proxy alone, and what is reached without it. */
const BEHIND = 'login.corp.example'
const DIRECT = 'direct.corp.example'

const authority = makeAuthority()
const stranger = makeAuthority()
let world: World
let behind: MisbehavingProvider
let direct: MisbehavingProvider
/** What the proxy was asked to connect to, and with which credentials. */
let asked: { readonly to: string; readonly by: string | undefined }[] = []
let closeProxy: () => void

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
  world = await startWorld({
    HTTPS_PROXY: `http://vestibule:pass@127.0.0.1:${port}`,
    NO_PROXY: DIRECT,
    NAMES_OF_THIS_MACHINE: DIRECT,
  })
})
test.afterAll(async () => {
  await world?.stop()
  closeProxy()
  await Promise.all([behind.stop(), direct.stop()])
})
test.beforeEach(() => {
  asked = []
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

const portOf = ({ origin }: MisbehavingProvider) => new URL(origin).port

test('a login and its refresh go through the proxy, which alone knows the provider’s name', async () => {
  const slug = await newCustomer(behind, authority.cert)
  const tokens = await logIn(slug)
  await expireUpstreamToken(world, grantOf(tokens))
  const before = asked.length
  expect((await refresh(`${world.app.url}/s/${slug}`, tokens.refresh_token)).status).toBe(200)
  expect(asked.length).toBeGreaterThan(before)
  const by = `Basic ${Buffer.from('vestibule:pass').toString('base64')}`
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
