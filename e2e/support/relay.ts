import { once } from 'node:events'
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net'

/** A port that stays the same while what is behind it comes and goes. */
export type Relay = {
  readonly port: number
  /** Ends all connections; new ones are refused until {@link Relay.lead}. */
  cut(): Promise<void>
  /** Leads to this port of loopback from now on. */
  lead(target: number): Promise<void>
}

/** Passes connections to a free port of loopback on to another one. */
export async function startRelay(target: number): Promise<Relay> {
  const sockets = new Set<Socket>()
  let current = target
  const server = createServer((near) => {
    const far = createConnection(current, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.once('close', () => sockets.delete(socket))
    }
    near.on('error', () => far.destroy()).on('close', () => far.destroy())
    far.on('error', () => near.destroy()).on('close', () => near.destroy())
    near.pipe(far).pipe(near)
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port
  }
  const port = await listen(0)
  return {
    port,
    async cut() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
    async lead(target) {
      current = target
      await listen(port)
    },
  }
}
