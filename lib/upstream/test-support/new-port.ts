import type { Server } from 'node:net'

const taken = new Set<number>()

/**
 * Listens on a loopback port that no provider of this process has had: what is remembered of one for ten minutes would be
 * taken for the next one's.
 */
export async function listenOnNewPort(server: Server): Promise<number> {
  for (;;) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    if (!taken.has(port)) {
      taken.add(port)
      return port
    }
    await new Promise((resolve) => server.close(resolve))
  }
}
