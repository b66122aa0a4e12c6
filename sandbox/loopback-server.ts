import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export type LoopbackServer = {
  /** `http://localhost:{port}`, with the port really taken. */
  readonly origin: string
  close(): Promise<void>
}

/**
 * Listens on `http://localhost:{port}` and on nothing else: on 127.0.0.1, and on ::1 where the machine has it,
 * because a browser may try either address first.
 *
 * @param port 0 takes any free port
 * @param listenerFor makes the request listener once the origin is known
 * @throws Error `EADDRINUSE` when another program has the port
 */
export async function listenOnLoopback(
  port: number,
  listenerFor: (origin: string) => RequestListener,
): Promise<LoopbackServer> {
  const ipv4 = await listen(port, '127.0.0.1')
  const servers = [ipv4]
  try {
    const taken = (ipv4.address() as AddressInfo).port
    const origin = `http://localhost:${taken}`
    const listener = listenerFor(origin)
    ipv4.on('request', listener)
    const ipv6 = await listen(taken, '::1').catch(ignoreMissingAddressFamily)
    if (ipv6) servers.push(ipv6.on('request', listener))
    return { origin, close: () => closeAll(servers) }
  } catch (error) {
    await closeAll(servers)
    throw error
  }
}

async function listen(port: number, host: string): Promise<Server> {
  const server = createServer()
  server.listen(port, host)
  await once(server, 'listening')
  return server
}

function ignoreMissingAddressFamily(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') return undefined
  throw error
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(async (server) => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    }),
  )
}
