import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { expect, it, onTestFinished } from 'vitest'
import { freePort } from '@/test/free-port'
import { listenOn } from './listen'

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
