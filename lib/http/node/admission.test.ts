import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { admitted } from './admission'

let server: Server
afterEach(async () => {
  // Of requests that a failed test left waiting.
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
})

/** A server whose requests wait until they are let go. */
async function waitingServer(most: Parameters<typeof admitted>[2]) {
  const turnedAway: string[] = []
  const waiting: (() => void)[] = []
  const arrivals: (() => void)[] = []
  const handle = admitted(
    async (_, response) => {
      arrivals.shift()?.()
      await new Promise<void>((go) => waiting.push(go))
      response.end('good')
    },
    (kind) => turnedAway.push(kind),
    most,
    0,
  )
  server = createServer(handle)
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    turnedAway,
    ask: (path: string) => fetch(url + path),
    /** Asks with this as the target, as it is spelled. @returns the status */
    async askRaw(target: string) {
      const [answer] = await once(request(url, { path: target }).end(), 'response')
      answer.resume()
      return answer.statusCode
    },
    /** Asks, and resolves to the answer that is to come once the request is worked on. */
    async begin(path: string) {
      const arrived = new Promise<void>((resolve) => arrivals.push(resolve))
      const answer = fetch(url + path)
      await arrived
      return { answer }
    },
    /** Sends the head of a request and a part of its body, and resolves once it is worked on. */
    async beginSlowly(path: string) {
      const arrived = new Promise<void>((resolve) => arrivals.push(resolve))
      const sending = request(url + path, { method: 'POST', headers: { 'content-length': 100 } })
      const ended = new Promise<unknown>((resolve) => sending.on('error', resolve))
      sending.write('grant_type=')
      await arrived
      return { ended }
    },
    letGo: () => waiting.shift()?.(),
  }
}

it('turns away at once what is too much, in the words of OAuth, and takes the next when one is done', async () => {
  const { ask, begin, letGo, turnedAway } = await waitingServer({ token: 1, login: 1, management: 1 })
  const { answer } = await begin('/oauth/token')
  for (const path of ['/oauth/token', '/s/acme/oauth/introspect', '/register']) {
    const refused = await ask(path)
    expect(refused.status).toBe(503)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(refused.headers.get('access-control-allow-origin')).toBe('*')
    expect(await refused.json()).toMatchObject({ error: 'temporarily_unavailable' })
  }
  expect(turnedAway).toEqual(['token', 'token', 'token'])
  letGo()
  expect(await (await answer).text()).toBe('good')
  const next = await begin('/oauth/token')
  letGo()
  expect((await next.answer).status).toBe(200)
})

it('an attacker who sends slowly keeps no place that others need', async () => {
  const { ask, begin, beginSlowly, letGo } = await waitingServer({ token: 2, login: 1, management: 1 })
  const slow = [await beginSlowly('/oauth/token'), await beginSlowly('/oauth/introspect')]
  const good = [await begin('/oauth/token'), await begin('/oauth/token')]
  for (const { ended } of slow) expect(await ended).toMatchObject({ code: 'ECONNRESET' })
  // Those who have sent all of theirs are worked on, and keep their places.
  expect((await ask('/oauth/token')).status).toBe(503)
  for (const _ of [...slow, ...good]) letGo()
  for (const { answer } of good) expect(await (await answer).text()).toBe('good')
})

it('an attacker who does not read the answers keeps no place that others need', async () => {
  const arrivals: (() => void)[] = []
  // As Next does: a page is done when it has been taken.
  const handle = admitted(
    async (request, response) => {
      if (request.url !== '/endless') return void response.end('good')
      const finished = once(response, 'close')
      response.end('x'.repeat(32_000_000))
      arrivals.shift()?.()
      await finished
    },
    undefined,
    { token: 1, login: 2, management: 1 },
  )
  server = createServer(handle)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const sockets = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
  for (const socket of sockets) {
    const arrived = new Promise<void>((resolve) => arrivals.push(resolve))
    socket.pause().write('GET /endless HTTP/1.1\r\nHost: a\r\n\r\n')
    await arrived
  }
  for (let i = 0; i < 3; i++) {
    const answer = await fetch(`http://127.0.0.1:${port}/account`)
    expect([answer.status, await answer.text()]).toEqual([200, 'good'])
  }
  for (const socket of sockets) socket.destroy()
})

it('an attacker who spells a path in another way takes no place of another kind', async () => {
  const { askRaw, begin, letGo } = await waitingServer({ token: 1, login: 1, management: 1 })
  const flood = await begin('/console')
  const spellings = [
    'http://auth.example/console/acme',
    'HTTPS://auth.example:443/api/v1/organizations?a=/oauth/token',
    '/%63onsole/sign-in',
    '/console%2Facme',
  ]
  for (const target of spellings) expect(await askRaw(target), target).toBe(503)
  const tokens = await begin('/oauth/token')
  expect(await askRaw('http://auth.example/s/acme/oauth/token')).toBe(503)
  const logins = await begin('/oauth/authorize')
  for (const target of [
    'http://auth.example',
    'http://auth.example?/console',
    '/oauth/authorize?/console',
    '/%ff',
  ])
    expect(await askRaw(target), target).toBe(503)
  expect(await askRaw('/_next/image?url=/icon.svg&w=640&q=75'), 'only files are free').toBe(503)
  for (const { answer } of [flood, tokens, logins]) {
    letGo()
    expect((await answer).status).toBe(200)
  }
})

it('keeps a place for each kind: who floods the console stops no token, and readiness is always told', async () => {
  const { ask, begin, letGo } = await waitingServer({ token: 1, login: 1, management: 1 })
  const logins = await begin('/s/acme/oauth/authorize')
  const feed = await begin('/s/acme/oauth/revocations')
  expect((await ask('/oauth/authorize')).status).toBe(503)
  for (const { answer } of [logins, feed]) {
    letGo()
    expect((await answer).status, 'a flood of logins stops no feed of revocations').toBe(200)
  }
  const flood = await begin('/api/v1/organizations')
  const provider = ['/scim/v2/Users', '/signals/okta', '/oauth/backchannel-logout/okta']
  for (const path of ['/console/', ...provider, '/console/.well-known/servers', '/scim/v2/.well-known/x'])
    expect((await ask(path)).status, path).toBe(503)
  const others = [await begin('/oauth/token'), await begin('/oauth/authorize?client_id=a')]
  others.push(await begin('/readyz'), await begin('/oauth/jwks'), await begin('/s/acme/oauth/jwks'))
  others.push(await begin('/.well-known/openid-configuration/s/acme'), await begin('/s/acme/.well-known/x'))
  for (const { answer } of [flood, ...others]) {
    letGo()
    expect((await answer).status).toBe(200)
  }
})
