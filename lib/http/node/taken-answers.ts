import type { Server, ServerResponse } from 'node:http'

/** Milliseconds. A held request waits for 5 s, and a stream of events looks every two. */
const TAKING = { idle: 120_000, answer: 60_000 } as const

/**
 * Ends connections whose client does not take its answer, or takes it byte by byte: each keeps the rest of it in our
 * memory, and one of the files that the process may have open.
 *
 * @param taking milliseconds without any progress on a connection; and from the end of an answer until it has been sent
 */
export function taken(
  server: Server,
  taking: { readonly idle: number; readonly answer: number } = TAKING,
): Server {
  function limit(this: ServerResponse) {
    const { socket } = this
    // Most answers are with the system already.
    if (!socket || socket.writableLength === 0) return
    const timer = setTimeout(() => socket.destroy(), taking.answer)
    this.once('close', () => clearTimeout(timer))
  }
  // Before the answer, which may be given at once.
  return server
    .setTimeout(taking.idle)
    .prependListener('request', (_, response) => void response.on('prefinish', limit))
}
