import type { Server } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'

/** Milliseconds that requests under way have to be answered when the process stops. */
const PATIENCE = 5_000

/** Where it listens cannot be listened on. */
export class CannotListen extends Error {
  constructor(
    readonly host: string,
    /** Of the system, such as `EADDRINUSE`. */
    readonly code: string,
  ) {
    super(`cannot listen on ${host}: ${code}`)
    this.name = 'CannotListen'
  }
}

/**
 * Listens on every address of a host. `localhost` is loopback in both families and `::` all addresses of both; a machine
 * without IPv6 does with IPv4.
 *
 * @returns a server for each address
 * @throws CannotListen
 */
export async function listenOn(host: string, port: number, newServer: () => Server): Promise<Server[]> {
  if (host === '::') return [await listen('::', port, newServer()).catch(orIpv4(port, newServer))]
  if (host !== 'localhost') return [await listen(host, port, newServer())]
  const first = await listen('127.0.0.1', port, newServer())
  const second = await listen('::1', port, newServer()).catch((error: CannotListen) => {
    if (!isTaken(error)) return null
    first.close()
    throw error
  })
  return second ? [first, second] : [first]
}

/**
 * Stops listening, and has what is under way answered. A connection that a proxy has kept ends with the next answer on
 * it, so that the proxy goes elsewhere.
 *
 * @param beforeCut done before the connections that are left are cut: nothing is answered any more after it. Decision 0143
 * @param patience milliseconds that what is under way has
 */
export async function closeServers(
  servers: readonly Server[],
  beforeCut: () => Promise<unknown> = async () => {},
  patience = PATIENCE,
): Promise<void> {
  const closed = servers.map(
    (server) =>
      new Promise<void>((resolve) => {
        server.prependListener('request', (_, response) => response.setHeader('connection', 'close'))
        // Ends idle connections, too.
        server.close(() => resolve())
      }),
  )
  await Promise.race([Promise.all(closed), wait(patience, undefined, { ref: false })])
  await beforeCut()
  for (const server of servers) server.closeAllConnections()
}

const isTaken = ({ code }: CannotListen) => code === 'EADDRINUSE'

const orIpv4 = (port: number, newServer: () => Server) => (error: CannotListen) => {
  if (isTaken(error)) throw error
  return listen('0.0.0.0', port, newServer())
}

function listen(host: string, port: number, server: Server): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new CannotListen(host, error.code ?? 'unknown')),
    )
    server.listen({ host, port }, () => resolve(server))
  })
}
