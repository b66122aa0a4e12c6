import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { clientAddress, trustedProxies } from '@/lib/http/client-address'
import { listenOn } from '@/lib/http/node/listen'

/** What the functions of the tests' platform are told the client's address in. */
export const EDGE_HEADER = 'x-platform-client-address'

type Edge = {
  readonly port: number
  /** Where Next listens on 127.0.0.1. */
  readonly target: number
  /** As `TRUSTED_PROXIES`: whose forwarded address the platform believes. */
  readonly proxies: string
}

/**
 * What a platform has in front of its functions: requests go through as they are, but for one header, which tells who
 * sent them, whatever the client wrote there.
 *
 * @returns what ends it
 */
export async function startEdge({ port, target, proxies }: Edge): Promise<() => void> {
  const isTrusted = trustedProxies(proxies ? proxies.split(',') : [])
  const servers = await listenOn('localhost', port, () =>
    createServer((incoming, answer) => {
      const { remoteAddress = '' } = incoming.socket
      const address = proxies ? clientAddress(remoteAddress, incoming.headers, isTrusted) : remoteAddress
      pass(incoming, answer, target, address)
    }),
  )
  return () => {
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
  }
}

function pass(incoming: IncomingMessage, answer: ServerResponse, port: number, address: string): void {
  const given = without(incoming.rawHeaders, [EDGE_HEADER])
  const headers = address ? [...given, EDGE_HEADER, address] : given
  const { method, url: path } = incoming
  const outgoing = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
    answer.writeHead(response.statusCode ?? 502, without(response.rawHeaders, ['connection', 'keep-alive']))
    response.pipe(answer)
  })
  outgoing.on('error', () => answer.destroy())
  answer.on('close', () => outgoing.destroy())
  incoming.pipe(outgoing)
}

/** Names and values in turn, as they were sent. */
function without(raw: readonly string[], names: readonly string[]): string[] {
  return raw.filter((_, index) => !names.includes((raw[index - (index % 2)] ?? '').toLowerCase()))
}
