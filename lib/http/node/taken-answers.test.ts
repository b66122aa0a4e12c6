import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { taken } from './taken-answers'

const LARGE = 32_000_000
const NEVER = 600_000

let server: Server
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

/** Asks for a large answer: the client's end of the connection, and when ours is closed. */
async function asked(taking: {
  idle: number
  answer: number
}): Promise<{ client: Socket; closed: Promise<unknown> }> {
  server = taken(
    createServer((_, response) => void response.end('x'.repeat(LARGE))),
    taking,
  )
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const connection = once(server, 'connection') as Promise<[Socket]>
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  client.pause().write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
  const [ours] = await connection
  return { client, closed: once(ours, 'close') }
}

describe('an attacker keeps no connection', () => {
  it('by not reading an answer', async () => {
    const { client, closed } = await asked({ idle: 100, answer: NEVER })
    await closed
    client.destroy()
  })

  it('by reading an answer in small parts', async () => {
    const { client, closed } = await asked({ idle: NEVER, answer: 500 })
    const drip = setInterval(() => client.read(1), 10)
    await closed
    clearInterval(drip)
    client.destroy()
  })
})

it('a client that reads gets all of a large answer', async () => {
  const { client } = await asked({ idle: 30_000, answer: 30_000 })
  let size = 0
  client.resume().on('data', (part: Buffer) => {
    size += part.length
    if (size > LARGE) client.end()
  })
  await once(client, 'close')
  expect(size).toBeGreaterThan(LARGE)
})
