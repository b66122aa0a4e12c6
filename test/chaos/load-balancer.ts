import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type LoadBalancer = {
  readonly port: number
  lead(ports: readonly number[]): void
  close(): Promise<void>
}

/** A load balancer as simple as they get: round robin, and the next instance where one refuses the connection. */
export async function startLoadBalancer(): Promise<LoadBalancer> {
  let ports: readonly number[] = []
  let turn = 0
  const server = createServer((incoming, outgoing) => {
    const order = ports.map((_, index) => ports[(turn + index) % ports.length] ?? 0)
    turn++
    pass(incoming, outgoing, order)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    lead(to) {
      ports = to
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function pass(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  [port, ...others]: readonly number[],
): void {
  if (port === undefined) {
    outgoing.writeHead(502).end()
    return
  }
  const { method, url, headers } = incoming
  const onward = request({ host: '127.0.0.1', port, method, path: url, headers })
  onward.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED' && !outgoing.headersSent && !incoming.readableDidRead)
      pass(incoming, outgoing, others)
    else outgoing.destroy()
  })
  onward.on('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.on('error', () => outgoing.destroy()).pipe(outgoing)
  })
  outgoing.on('close', () => onward.destroy())
  onward.on('socket', (socket) => {
    if (socket.connecting) socket.once('connect', () => incoming.pipe(onward))
    else incoming.pipe(onward)
  })
}
