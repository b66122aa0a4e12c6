import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { admitted } from './admission'
import { limitedServer } from './limited-server'

/** Milliseconds. A client who is done within the usual times is none of these. */
const NEVER = 600_000

const HEAD = 'POST /oauth/token HTTP/1.1\r\nHost: a\r\n'

/** Of a server that reads forms, has one place for them, and gives none of them to another client. */
async function started(sending: { headersTimeout: number; requestTimeout: number }) {
  async function answer(request: IncomingMessage, response: ServerResponse) {
    // As those do that read a form: its end comes as an error.
    for await (const _ of request);
    response.end('good')
  }
  const atOnce = { token: 1, login: 1, management: 1 }
  const handle = admitted(
    (request, response) => answer(request, response).catch(() => {}),
    undefined,
    atOnce,
    NEVER,
  )
  const server = limitedServer(handle, { ...sending, connectionsCheckingInterval: 20 })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    ask: async () => (await fetch(`http://127.0.0.1:${port}/oauth/token`, { method: 'POST' })).status,
    /** Sends this, and then a byte at a time, for as long as the connection is there. @returns the answer to that */
    async drip(begun: string) {
      const socket = connect(port, '127.0.0.1').setEncoding('utf8')
      let answer = ''
      socket.on('data', (part) => {
        answer += part
      })
      socket.on('error', () => {})
      socket.write(begun)
      const dripping = setInterval(() => socket.write('a'), 5)
      await once(socket, 'close')
      clearInterval(dripping)
      return answer.split('\r\n')[0]
    },
  }
}

describe('an attacker keeps neither a connection nor a place', () => {
  it('by sending the head of a request drop by drop', async () => {
    const { ask, drip } = await started({ headersTimeout: 100, requestTimeout: NEVER })
    expect(await drip(`${HEAD}X-Name: `)).toMatch(/ 408 |^$/)
    expect(await ask()).toBe(200)
  })

  it('by sending the body of a request drop by drop', async () => {
    const { ask, drip } = await started({ headersTimeout: 100, requestTimeout: 200 })
    const dripped = drip(`${HEAD}Content-Length: 1000000\r\n\r\n`)
    await expect.poll(ask, { interval: 10 }).toBe(503)
    expect(await dripped).toMatch(/ 408 |^$/)
    expect(await ask()).toBe(200)
  })
})
