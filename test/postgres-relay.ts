import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A message of PostgreSQL's frontend protocol, and the statement that it is about. The first one has no type. */
export type FrontendMessage = { readonly type: string; readonly statement: string; readonly bytes: Buffer }

/** The address of a database behind a relay. */
export type PostgresRelay = { readonly url: string; close(): Promise<void> }

/**
 * Stands between clients and a database.
 *
 * @param target of the database: `postgres://…` without TLS
 * @param pass what is sent instead of a client's message
 */
export async function relayPostgres(
  target: string,
  pass: (message: FrontendMessage) => Buffer,
): Promise<PostgresRelay> {
  const url = new URL(target)
  const { hostname, port } = url
  const sockets = new Set<Socket>()
  const relay = createServer((client) => {
    const server = connect(Number(port), hostname)
    const read = frontendReader((message) => server.write(pass(message)))
    client.on('data', read).on('close', () => server.destroy())
    server.pipe(client)
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.setNoDelay()
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  url.hostname = '127.0.0.1'
  url.port = String((relay.address() as AddressInfo).port)
  return {
    url: url.href,
    async close() {
      relay.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Reads what one client sends: Parse, Bind, Execute and simple queries have a statement. */
function frontendReader(onMessage: (message: FrontendMessage) => void): (chunk: Buffer) => void {
  const prepared = new Map<string, string>()
  let unread: Buffer = Buffer.alloc(0)
  let bound = ''
  let isStarted = false
  const statementOf = (type: string, body: Buffer): string => {
    if (type === 'E') return prepared.get(bound) ?? ''
    if (!'PBQ'.includes(type)) return ''
    const [first = '', second = ''] = body.toString('utf8').split('\0')
    if (type === 'Q') return first
    if (type === 'P') prepared.set(first, second)
    else bound = second
    return prepared.get(type === 'P' ? first : bound) ?? ''
  }
  return (chunk) => {
    unread = Buffer.concat([unread, chunk])
    for (;;) {
      const head = isStarted ? 1 : 0
      if (unread.length < head + 4) return
      const end = head + unread.readInt32BE(head)
      if (unread.length < end) return
      const bytes = unread.subarray(0, end)
      const type = isStarted ? String.fromCharCode(bytes[0] ?? 0) : ''
      onMessage({ type, statement: type && statementOf(type, bytes.subarray(5)), bytes })
      isStarted = true
      unread = unread.subarray(end)
    }
  }
}
