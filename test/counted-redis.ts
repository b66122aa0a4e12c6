import { connect, createServer, type Socket } from 'node:net'

/** A Redis behind something that counts how often it is waited for. */
export type CountedRedis = {
  readonly url: string
  /** How often something was sent since the last call while nothing was under way: commands that go together are one. */
  steps(): number
  close(): void
}

/** Stands between a client and a Redis. */
export async function countRedis(url: string): Promise<CountedRedis> {
  const { hostname, port } = new URL(url)
  const sockets = new Set<Socket>()
  let steps = 0
  const server = createServer((client) => {
    const redis = connect(Number(port), hostname)
    let isWaiting = false
    for (const socket of [client, redis]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        redis.destroy()
      })
    }
    client.on('data', (sent) => {
      if (!isWaiting) steps++
      isWaiting = true
      redis.write(sent)
    })
    redis.on('data', (answered) => {
      isWaiting = false
      client.write(answered)
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (typeof address === 'string' || address === null) throw new Error('not listening')
  return {
    url: `redis://127.0.0.1:${address.port}`,
    steps() {
      const counted = steps
      steps = 0
      return counted
    },
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
