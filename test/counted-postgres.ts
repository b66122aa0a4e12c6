import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A database behind a relay that writes down the statements which pass. */
export type CountedPostgres = {
  readonly url: string
  /** What was executed since the last call, without what is prepared for it. */
  statements(): readonly string[]
  close(): void
}

/** @param target of the database: `postgres://…` without TLS */
export async function countPostgres(target: string): Promise<CountedPostgres> {
  const url = new URL(target)
  const { hostname, port } = url
  let executed: string[] = []
  const sockets = new Set<Socket>()
  const relay = createServer((client) => {
    const server = connect(Number(port), hostname)
    const read = frontendReader((text) => executed.push(text))
    client.on('data', read).pipe(server).pipe(client)
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  url.hostname = '127.0.0.1'
  url.port = String((relay.address() as AddressInfo).port)
  return {
    url: url.href,
    statements() {
      const since = executed
      executed = []
      return since
    },
    close() {
      relay.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** Reads what a client sends (PostgreSQL's frontend protocol): Parse, Bind, Execute and simple queries. */
function frontendReader(onStatement: (text: string) => void): (chunk: Buffer) => void {
  const prepared = new Map<string, string>()
  let unread: Buffer = Buffer.alloc(0)
  let bound = ''
  let isStarted = false
  const message = (type: string, body: Buffer) => {
    const [first = '', second = ''] = body.toString('utf8').split('\0')
    if (type === 'P') prepared.set(first, second)
    if (type === 'B') bound = second
    if (type === 'E') onStatement(prepared.get(bound) ?? '')
    if (type === 'Q') onStatement(first)
  }
  return (chunk) => {
    unread = Buffer.concat([unread, chunk])
    for (;;) {
      // The first message has no type.
      const head = isStarted ? 1 : 0
      if (unread.length < head + 4) return
      const end = head + unread.readInt32BE(head)
      if (unread.length < end) return
      if (isStarted) message(String.fromCharCode(unread[0] ?? 0), unread.subarray(5, end))
      isStarted = true
      unread = unread.subarray(end)
    }
  }
}
