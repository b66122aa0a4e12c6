import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { hostFetch } from '../support/host-fetch'
import { expect, test } from '../support/test'
import { SHORT_IDLE } from '../support/world'

const METADATA = '/.well-known/oauth-authorization-server'

/** Sends it as it is, and returns the answer's first line and headers. */
async function raw(root: string, text: string): Promise<string> {
  const { hostname, port } = new URL(root)
  const socket = connect(Number(port), hostname).setEncoding('utf8')
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk
    if (received.includes('\r\n\r\n')) socket.destroy()
  })
  socket.write(text)
  await once(socket, 'close')
  return received.split('\r\n\r\n')[0] ?? ''
}

test('an attacker who bends HTTP itself is led nowhere, and breaks nothing', async ({ world }) => {
  test.skip(
    Boolean(process.env.NEXT_ALONE),
    'where Next is alone, two hosts, absolute addresses and TRACE are for the edge to refuse: docs/deployment.md',
  )
  const { root } = world.issuers
  const { host } = new URL(root)
  const cases: [string, number][] = [
    [`GET http://evil.example/ HTTP/1.1\r\nHost: ${host}`, 404],
    [`GET http://evil.example/console/ HTTP/1.1\r\nHost: ${host}`, 404],
    [`GET http://evil.example${METADATA} HTTP/1.1\r\nHost: ${host}`, 404],
    [`GET ${root}${METADATA} HTTP/1.1\r\nHost: evil.example`, 200],
    [`GET ${METADATA} HTTP/1.1\r\nHost: ${host}\r\nHost: evil.example`, 400],
    [`OPTIONS * HTTP/1.1\r\nHost: ${host}`, 204],
    [`TRACE /oauth/token HTTP/1.1\r\nHost: ${host}`, 405],
    [`TRACE /console HTTP/1.1\r\nHost: ${host}`, 405],
    [`GET /api/../console/sign-in HTTP/1.1\r\nHost: ${host}`, 400],
    [
      `POST /console/sign-in/with/.. HTTP/1.1\r\nHost: ${host}\r\nContent-Type: multipart/form-data; boundary=x`,
      400,
    ],
  ]
  for (const [head, status] of cases)
    await test.step(head.split('\r')[0] ?? '', async () => {
      const answer = await raw(root, `${head}\r\nConnection: close\r\n\r\n`)
      expect(answer.split(' ')[1]).toBe(String(status))
      expect(answer).not.toMatch(/\nlocation:.*evil/i)
    })
})

test('an attacker, or a client, who offers an upgrade gets the answer that there is without, and keeps no connection', async ({
  world,
}) => {
  test.skip(Boolean(process.env.NEXT_ALONE), 'where Next is alone, the edge speaks with clients')
  const { root } = world.issuers
  const { host } = new URL(root)
  // Next has seen a request from then on.
  expect((await hostFetch(`${root}/console/sign-in`)).status).toBe(200)
  const offers = ['Upgrade: websocket', 'Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA']
  for (const [path, status] of [
    ['/console/sign-in', 200],
    [METADATA, 200],
    ['/nowhere', 404],
  ] as const)
    for (const offer of offers)
      await test.step(`${path} ${offer}`, async () => {
        const head = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade, HTTP2-Settings\r\n${offer}`
        const answer = await raw(root, `${head}\r\n\r\n`)
        expect(answer.split(' ')[1]).toBe(String(status))
      })
})

test('an attacker who speaks as the scripts of the framework do gets the page that everybody gets', async ({
  world,
}) => {
  test.skip(
    Boolean(process.env.NEXT_ALONE),
    'where Next is alone, it hides these from what is in front of it',
  )
  const { root } = world.issuers
  for (const tree of ['x', '%', '[]', '["",{}]'])
    for (const page of ['/', '/console/sign-in', '/nowhere'])
      await test.step(`${page} ${tree}`, async () => {
        const headers = { rsc: '1', 'next-router-state-tree': tree }
        const first = await hostFetch(root + page, { headers })
        const location = first.headers.get('location')
        // Next would answer with an address first that says that the headers are meant.
        const answer = location ? await hostFetch(new URL(location, root).href, { headers }) : first
        expect(answer.status).toBe(page === '/nowhere' ? 404 : 200)
        expect(answer.headers.get('content-type')).toContain('text/html')
      })
})

test('an attacker who posts broken forms to pages gets no error of ours', async ({ world }) => {
  const { root } = world.issuers
  const { origin } = new URL(world.app.url)
  const forms: [string, string][] = [
    ['multipart/form-data', 'x'],
    ['multipart/form-data; boundary=x', 'x'],
    ['multipart/form-data; boundary=x', '--x\r\n\r\n--x--'],
    [
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="$ACTION_REF_1"\r\n\r\n\r\n--x--\r\n',
    ],
    [
      'multipart/form-data; boundary=x',
      '--x\r\nContent-Disposition: form-data; name="$ACTION_ID_00"\r\n\r\n\r\n--x--\r\n',
    ],
  ]
  for (const page of ['/', '/console/sign-in', '/oauth/device', '/account', '/nowhere'])
    for (const [type, body] of forms)
      for (const sender of [{ origin }, { origin: 'https://evil.example' }, {}])
        await test.step(`${page} ${type} ${body} ${JSON.stringify(sender)}`, async () => {
          const answer = await hostFetch(root + page, {
            method: 'POST',
            headers: { 'content-type': type, ...sender },
            body,
          })
          expect(answer.status).toBeLessThan(500)
          expect(answer.status).toBeGreaterThanOrEqual(
            'origin' in sender && sender.origin === origin ? 200 : 403,
          )
        })
})

test('an attacker has no picture scaled, and asks for nothing by way of that', async ({ world }) => {
  const { root } = world.issuers
  for (const url of ['/icon.svg', '/console/sign-in', '/healthz', 'https://evil.example/a.png', ''])
    await test.step(url, async () => {
      const asked = new URLSearchParams({ url, w: '640', q: '75' })
      expect((await hostFetch(`${root}/_next/image?${asked}`)).status).toBe(404)
    })
})

test('an attacker has no page shown that the framework keeps for errors', async ({ world }) => {
  const { root } = world.issuers
  for (const path of ['/500', '/500/', '/%3500', '/404', '/_error', '/_global-error', '/_not-found'])
    await test.step(path, async () => {
      expect((await hostFetch(`${root}/`, { path })).status).toBe(404)
    })
})

test('an attacker gets no page without its policy, in whatever way its path is spelled', async ({
  world,
}) => {
  const pages = ['/', '/account', '/console/sign-in', '/setup/password/done', '/oauth/device']
  for (const path of pages.flatMap((page) => [page, `${page}/`.replace('//', '/'), page.replace('o', '%6f')]))
    await test.step(path, async () => {
      const { headers } = await hostFetch(`${world.app.url}/`, { path })
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toMatch(/script-src ('none'|'nonce-[A-Za-z0-9+/]{22}=='); /)
      expect(policy).toContain("frame-ancestors 'none'")
    })
})

test('an attacker who asks for more than the system holds, and reads nothing of it, keeps no connection', async ({
  world,
}) => {
  test.skip(Boolean(process.env.NEXT_ALONE), 'where Next is alone, the edge speaks with clients')
  const { host } = new URL(world.issuers.root)
  const sibling = await world.sibling(SHORT_IDLE)
  const ask = (path: string) => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`
  const socket = connect(sibling.port, '127.0.0.1').pause()
  socket.on('error', () => {})
  socket.write(ask('/api/v1/openapi.json').repeat(40))
  // Who reads nothing learns that the connection has ended when something more is sent on it.
  const hasEnded = () => {
    if (!socket.destroyed) socket.write(ask('/healthz'))
    return socket.destroyed
  }
  await expect.poll(hasEnded, { intervals: [2_000] }).toBe(true)
  await sibling.stop()
})

test('an attacker who leaves requests half sent gives up their places to others', async ({ world }) => {
  test.skip(Boolean(process.env.NEXT_ALONE), 'where Next is alone, the edge limits what is under way')
  const { host, hostname, port } = new URL(world.issuers.root)
  const sockets: Socket[] = []
  const begin = () => {
    const socket = connect(Number(port), hostname).resume()
    socket.on('error', () => {})
    const type = 'Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9'
    socket.write(`POST /oauth/token HTTP/1.1\r\nHost: ${host}\r\n${type}\r\n\r\n`)
    sockets.push(socket)
  }
  for (let begun = 0; begun < 256; begun++) begin()
  const oneHasEnded = () => {
    begin()
    return sockets.some(({ destroyed }) => destroyed)
  }
  // After a minute a request that is still being sent is ended in any case.
  await expect.poll(oneHasEnded, { timeout: 40_000 }).toBe(true)
  for (const socket of sockets) socket.destroy()
})
