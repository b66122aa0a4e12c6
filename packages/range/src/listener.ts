import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo, Server, Socket } from 'node:net'
import { networkInterfaces } from 'node:os'

/** A place on this machine that sees who calls, and serves documents. */
export type Listener = {
  /**
   * How many bytes came in: requests, on connections old or new, and the beginning of TLS. A server that looks at the
   * address that it reached, and hangs up, has sent none.
   */
  readonly received: () => number
  /** Where it is reached from outside. */
  readonly base: string
  /** Publishes a document and returns its path. */
  readonly publish: (name: string, document: Served) => string
  /** How often a path was asked for. */
  readonly asked: (path: string) => number
  readonly close: () => Promise<void>
}

/** A document, or where a request for it is redirected to. */
export type Served = { readonly body: string } | { readonly location: string }

type Place = {
  /** The address to listen on; all of this machine without it. */
  readonly host?: string
  /** Any free one without it. */
  readonly port?: number
  /** A URL that leads here; its own address without one. */
  readonly base?: string
}

export async function openListener({ host, port = 0, base }: Place): Promise<Listener> {
  const documents = new Map<string, Served>()
  const counts = new Map<string, number>()
  const sockets = new Set<Socket>()
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    counts.set(path, (counts.get(path) ?? 0) + 1)
    const served = documents.get(path)
    if (!served) response.writeHead(404).end()
    else if ('location' in served) response.writeHead(302, { location: served.location }).end()
    else response.writeHead(200, { 'content-type': 'application/json' }).end(served.body)
  })
  server.on('connection', (socket) => sockets.add(socket))
  server.listen({ port, ...(host !== undefined && { host }) })
  await once(server, 'listening')
  return {
    base: base ?? `http://${host?.includes(':') ? `[${host}]` : host}:${portOf(server)}`,
    received: () => [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, 0),
    publish: (name, document) => {
      const path = `/${name}`
      documents.set(path, document)
      return path
    },
    asked: (path) => counts.get(path) ?? 0,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function portOf(server: Server): number {
  const address: AddressInfo | string | null = server.address()
  return typeof address === 'object' && address ? address.port : 0
}

/** Private networks (RFC 1918), link-local and shared addresses, and unique local ones of IPv6 (RFC 4193). */
const PRIVATE =
  /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd])/

/** An address of this machine inside its network, which is not loopback: servers in development may call that. */
export function internalAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.map(({ address }) => address).find((address) => PRIVATE.test(address))
}
