import { once } from 'node:events'
import { Agent, createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '@/test/free-port'
import { closeServers, listenOn } from './listen'

const own = networkInterfaces()
const hasIpv6 = Object.values(own).some((all) => all?.some(({ family }) => family === 'IPv6'))
/** An address that others reach this machine by. */
const outside = Object.values(own)
  .flatMap((all) => all ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address

async function listening(host: string): Promise<number> {
  const port = await freePort()
  const servers = await listenOn(host, port, () => createServer((_, response) => response.end('here')))
  onTestFinished(() => servers.forEach((server) => void server.close()))
  return port
}

const isThere = (host: string, port: number) =>
  fetch(`http://${host}:${port}/`, { headers: { connection: 'close' } }).then(
    () => true,
    () => false,
  )

it.runIf(hasIpv6)('localhost is loopback in both families, and nothing else', async () => {
  const port = await listening('localhost')
  expect([await isThere('127.0.0.1', port), await isThere('[::1]', port)]).toEqual([true, true])
  if (outside) expect(await isThere(outside, port)).toBe(false)
})

it.runIf(hasIpv6 && outside)(':: is every address of both families', async () => {
  const port = await listening('::')
  const hosts = ['127.0.0.1', '[::1]', String(outside)]
  expect(await Promise.all(hosts.map((host) => isThere(host, port)))).toEqual([true, true, true])
})

it('one address is that one', async () => {
  const port = await listening('127.0.0.1')
  expect(await isThere('127.0.0.1', port)).toBe(true)
  if (hasIpv6) expect(await isThere('[::1]', port)).toBe(false)
})

it.each(['127.0.0.1', 'localhost', '::'])('says that %s is taken', async (host) => {
  const other: Server = createServer().listen(0, host === '::' ? '::' : '127.0.0.1')
  onTestFinished(() => void other.close())
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  await expect(listenOn(host, port, () => createServer())).rejects.toMatchObject({ code: 'EADDRINUSE' })
})

it('says that an address is not of this machine', async () => {
  await expect(listenOn('192.0.2.1', await freePort(), () => createServer())).rejects.toMatchObject({
    name: 'CannotListen',
    host: '192.0.2.1',
    code: 'EADDRNOTAVAIL',
  })
})

describe('closing', () => {
  /** A server whose requests wait for their answers, and a client that keeps its connection. */
  async function started() {
    const asked: ServerResponse[] = []
    const port = await freePort()
    const server = createServer((_, response) => void asked.push(response))
    const servers = await listenOn('127.0.0.1', port, () => server)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => {
      agent.destroy()
      server.closeAllConnections()
    })
    const ask = async () => {
      const [answer] = (await once(get({ host: '127.0.0.1', port, agent }), 'response')) as [IncomingMessage]
      answer.resume()
      return answer.headers.connection
    }
    const begin = async () => {
      const arrived = once(server, 'request')
      const answered = ask()
      await arrived
      return { answered, answer: () => asked.at(-1)?.end('answered') }
    }
    return { servers, begin }
  }

  it('has what is under way answered, and has kept connections end with the next answer', async () => {
    const { servers, begin } = await started()
    const first = await begin()
    const closing = closeServers(servers)
    first.answer()
    expect(await first.answered).toBe('keep-alive')
    const second = await begin()
    second.answer()
    expect(await second.answered).toBe('close')
    await closing
  })

  it('cuts what is not answered in time, and only after that was said', async () => {
    const { servers, begin } = await started()
    const { answered } = await begin()
    const connections = () =>
      new Promise<number>((resolve) => servers[0]?.getConnections((_, count) => resolve(count)))
    let left = 0
    const cut = expect(answered).rejects.toThrow('socket hang up')
    await closeServers(
      servers,
      async () => {
        left = await connections()
      },
      50,
    )
    expect(left).toBe(1)
    await cut
  })
})
