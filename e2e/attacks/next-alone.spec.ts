import { once } from 'node:events'
import { connect } from 'node:net'
import postgres from 'postgres'
import { hasRedis } from '@/test/redis-server'
import { paths } from '../fuzz/surfaces'
import { obtainCode } from '../support/attack-login'
import { obtainTokens, redeem, refresh } from '../support/attack-tokens'
import { newOperator, sessionCookie, signIn } from '../support/console'
import { EDGE_HEADER } from '../support/edge'
import { handOff } from '../support/handoff'
import { hostFetch } from '../support/host-fetch'
import { startOwnServer } from '../support/own-server'
import { type Stores, startStores } from '../support/stores'
import { expect, test } from '../support/test'
import { RESOURCE_SECRET, startWorld, type World } from '../support/world'

const CRON_SECRET = 'cron-secret-of-the-end-to-end-tests'
const METADATA = '/.well-known/oauth-authorization-server'
const PAGES = [
  '/',
  '/account',
  '/oauth/device',
  '/console/sign-in',
  '/console',
  '/setup/nothing',
  '/oauth/consent',
]

/** One page may be asked for in so many ways. */
const SPELLINGS: readonly ((page: string) => string)[] = [
  (page) => page,
  (page) => `${page}?x=1`,
  (page) => (page === '/' ? '/' : `${page}/`),
  (page) => page.replace('o', '%6F'),
  (page) => page.replace('c', '%63'),
]

test.describe('Next without our own server, as on a platform of functions', () => {
  let stores: Stores
  let world: World
  test.skip(!hasRedis, 'redis-server is not on the PATH')
  test.beforeAll(async () => {
    stores = await startStores('redis')
    world = await startWorld({ ...stores.environment, CRON_SECRET }, { nextAlone: true })
  })
  test.afterAll(async () => {
    await world?.stop()
    await stores?.close()
  })

  test('an attacker gets no page without a policy, under whatever spelling and with whatever headers', async () => {
    const forged: Record<string, string>[] = [
      {},
      { 'x-vestibule-own-server': '1' },
      { 'x-vestibule-own-server': '' },
      { 'x-vestibule-own-server': '\\n' },
      { 'x-middleware-subrequest': 'proxy:proxy:proxy:proxy:proxy' },
      { 'x-middleware-subrequest': 'src/proxy' },
      { 'content-security-policy': "script-src 'nonce-AAAAAAAAAAAAAAAAAAAAAA=='" },
      { 'x-middleware-next': '1' },
      { 'next-router-prefetch': '1', purpose: 'prefetch' },
      { rsc: '1' },
    ]
    for (const [index, page] of PAGES.entries())
      for (const [turn, headers] of forged.entries()) {
        // Each page meets each header and each spelling, and each spelling each header.
        const path = SPELLINGS[(index + turn) % SPELLINGS.length]?.(page) ?? page
        await test.step(`${path} ${JSON.stringify(headers)}`, async () => {
          const response = await hostFetch(`${world.app.url}/`, { path, headers })
          const policy = response.headers.get('content-security-policy') ?? ''
          expect(policy).toContain("frame-ancestors 'none'")
          expect(policy).toMatch(/script-src ('none'|'nonce-[A-Za-z0-9+/]{22}=='); /)
          expect(policy).not.toMatch(/unsafe|AAAAAAAAAAAA/)
          expect(response.headers.get('x-frame-options')).toBe('DENY')
          expect(response.status).toBeLessThan(500)
        })
      }
    const [first, second] = await Promise.all(
      [1, 2].map(async () => (await hostFetch(`${world.app.url}/console/sign-in`)).text()),
    )
    // Nor has Next a nonce for its own scripts, which would send forms and follow links in ways of their own.
    expect(first?.match(/<script[^>]* nonce=/g)).toHaveLength(1)
    const nonceOf = (page = '') => /nonce="([^"]+)"/.exec(page)?.[1]
    expect(nonceOf(first)).toMatch(/^[A-Za-z0-9+/]{22}==$/)
    expect(nonceOf(second)).not.toBe(nonceOf(first))
  })

  test('an attacker who makes up addresses has the limit of one', async () => {
    const register = (index: number) => {
      const address = `203.0.${Math.floor(index / 250)}.${(index % 250) + 1}`
      return hostFetch(`${world.issuers.root}/oauth/register`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'x-forwarded-for': address,
          'x-real-ip': address,
          forwarded: `for=${address}`,
          [EDGE_HEADER]: address,
          'x-vestibule-client-address': address,
        },
        body: JSON.stringify({
          redirect_uris: ['http://127.0.0.1/callback'],
          token_endpoint_auth_method: 'none',
        }),
      })
    }
    const statuses: number[] = []
    for (let sent = 0; sent < 1_000 && !statuses.includes(429); sent += 50) {
      const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => register(sent + index)))
      statuses.push(...answers.map(({ status }) => status))
    }
    expect(statuses).toContain(429)
  })

  test('background work is done for no one without the secret', async () => {
    const call = (authorization?: string, method = 'GET') =>
      hostFetch(`${world.app.url}/api/cron`, {
        method,
        ...(authorization !== undefined && { headers: { authorization } }),
      })
    const wrong = ['', 'Bearer', 'Bearer ', 'Bearer undefined', `Bearer ${CRON_SECRET}x`, CRON_SECRET]
    for (const authorization of [
      undefined,
      ...wrong,
      `Bearer ${CRON_SECRET.slice(0, -1)}`,
      `Basic ${CRON_SECRET}`,
    ])
      for (const method of ['GET', 'POST']) expect((await call(authorization, method)).status).toBe(401)
    const done = await call(`Bearer ${CRON_SECRET}`)
    expect([done.status, await done.json()]).toEqual([200, { failed: [] }])
    expect((await hostFetch(`${world.app.url}/api/cron?secret=${CRON_SECRET}`)).status).toBe(401)
  })

  test('an attacker who bends host and address is led nowhere', async () => {
    const { root } = world.issuers
    const { host } = new URL(root)
    const evil = `http://evil.example${METADATA}`
    const refused = [
      `GET ${evil} HTTP/1.1\r\nHost: evil.example`,
      `GET ${METADATA} HTTP/1.1\r\nHost: evil.example`,
      `GET ${METADATA} HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: ${host}`,
      `GET //evil.example/%2e%2e HTTP/1.1\r\nHost: ${host}`,
      `GET /console/%00 HTTP/1.1\r\nHost: ${host}`,
      `GET /%ff HTTP/1.1\r\nHost: ${host}`,
      `GET /oauth/callback/%ff?state=x HTTP/1.1\r\nHost: ${host}`,
      `GET /s/%/oauth/jwks HTTP/1.1\r\nHost: ${host}`,
      `GET /.well-known/oauth-authorization-server/%ed%a0%80 HTTP/1.1\r\nHost: ${host}`,
    ]
    for (const head of refused)
      await test.step(head.split('\r')[0] ?? '', async () => {
        const answer = await raw(root, `${head}\r\nConnection: close\r\n\r\n`)
        expect(Number(answer.split(' ')[1])).toBeGreaterThanOrEqual(300)
        expect(Number(answer.split(' ')[1])).toBeLessThan(500)
        // Next leads an address in absolute form to itself, which is where its sender wanted to go.
        const location = /\nlocation: *(\S*)/i.exec(answer)?.[1] ?? ''
        if (location !== evil) expect(new URL(location, root).origin).toBe(root)
      })
    const honest = await (await hostFetch(root + METADATA)).json()
    for (const headers of [{ 'x-forwarded-host': 'evil.example' }, { 'x-forwarded-proto': 'https' }])
      expect(await (await hostFetch(root + METADATA, { headers })).json()).toEqual(honest)
  })

  test('a name that no database takes makes nothing stumble', async () => {
    const operator = await newOperator(world, 'acme', 'admin')
    const { name, value } = await sessionCookie(world, operator)
    for (const { path } of paths())
      if (path.includes('['))
        await test.step(path, async () => {
          const asked = path.replaceAll(/\[[^/]+\]/g, '%00')
          const headers = { cookie: `${name}=${value}` }
          const { status } = await hostFetch(`${world.app.url}/`, { path: asked, headers })
          expect(status).toBeLessThan(500)
        })
  })

  test('a form of another page calls no action', async () => {
    const boundary = 'x'
    const body = `--x\r\nContent-Disposition: form-data; name="$ACTION_ID_${'0'.repeat(40)}"\r\n\r\n\r\n--x--\r\n`
    const post = (headers: Record<string, string>, path = '/console/sign-in') =>
      hostFetch(`${world.app.url}/`, {
        path,
        method: 'POST',
        headers: { 'content-type': `multipart/form-data; boundary=${boundary}`, ...headers },
        body,
      })
    const evil: Record<string, string>[] = [
      {},
      { origin: 'null' },
      { origin: 'https://evil.example' },
      { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' },
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
      { origin: 'null', 'sec-fetch-site': 'cross-site' },
      { 'next-action': '0'.repeat(40), origin: 'https://evil.example' },
      { 'next-action': '0'.repeat(40) },
    ]
    for (const headers of evil)
      for (const path of ['/console/sign-in', '/console/sign-in/', '/console/%73ign-in', '/account', '/'])
        expect((await post(headers, path)).status, `${path} ${JSON.stringify(headers)}`).toBe(403)
    const own = { origin: world.app.url }
    const { status } = await post(own)
    expect(status).toBeLessThan(500)
    for (const origin of [{}, { origin: 'null' }])
      expect((await post({ ...origin, 'sec-fetch-site': 'same-origin' })).status).toBe(status)
    const elsewhere = await hostFetch(`${world.app.url}/console/sign-in`, {
      method: 'POST',
      host: 'evil.example',
      headers: { 'content-type': 'multipart/form-data; boundary=x', ...own },
      body,
    })
    expect(elsewhere.status).toBe(404)
  })

  test('a user logs in, a replay is known as one, and what was done is chained by the next round', async () => {
    const { root } = world.issuers
    const login = await obtainCode(world, {})
    const tokens = await obtainTokens(root, login)
    expect((await refresh(root, tokens.refresh_token)).status).toBe(200)
    // That the code was answered is reported although no process has to live on: until then its replay is a 503.
    await expect.poll(async () => (await redeem(root, login)).status).toBe(400)
    const own = await startOwnServer(world, ['handoff_scopes: [openid, email, profile]'])
    const { access_token } = await own.logIn()
    const at = { issuer: own.issuer, resourceSecret: RESOURCE_SECRET }
    expect((await handOff(at, access_token)).status).toBe(200)
    await own.close()
    const { url, close } = await world.openDatabase()
    const sql = postgres(url, { max: 1 })
    const waiting = async () => (await sql`select 1 from unchained_events`).length
    expect(await waiting()).toBeGreaterThan(0)
    const done = await world.app.cli(['work'])
    expect([done.code, done.stderr]).toEqual([0, ''])
    expect(await waiting()).toBe(0)
    await sql.end()
    await close()
  })

  test('an operator signs in, and is told that the list of logins does not follow along', async ({
    page,
  }) => {
    const { email, password } = await newOperator(world, 'acme', 'admin')
    await signIn(page, world, { email, password })
    await page.goto(`${world.app.url}/console/acme/logins`)
    await expect(page.getByText('does not follow along')).toBeVisible()
    const tail = await page.request.get(`${world.app.url}/console/acme/logins/tail`)
    expect(tail.status()).toBe(501)
  })
})

test('without a secret in the configuration, no background work can be asked for', async ({ world }) => {
  for (const authorization of ['Bearer undefined', 'Bearer ', 'Bearer null'])
    expect((await hostFetch(`${world.app.url}/api/cron`, { headers: { authorization } })).status).toBe(404)
})

/** Sends it as it is, and returns the answer's first line and headers. */
async function raw(root: string, text: string): Promise<string> {
  const { hostname, port } = new URL(root)
  const socket = connect(Number(port), hostname).setEncoding('utf8')
  let received = ''
  socket.on('data', (chunk) => (received += chunk))
  socket.write(text)
  await once(socket, 'close')
  return received.split('\r\n\r\n')[0] ?? ''
}
