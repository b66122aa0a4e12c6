import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { mutated } from './pool'
import type { FuzzRequest } from './requests'

export type Answered = {
  /** 0: the connection ended without an answer. */
  readonly status: number
  readonly headers: Headers
  readonly body: string
  readonly milliseconds: number
}

/** An answer that takes longer is none. */
const PATIENCE = 30_000

const agent = new Agent({ keepAlive: true, maxSockets: 32 })

/** @param port of the application, on this machine */
export async function send(port: number, request: FuzzRequest): Promise<Answered> {
  const answered = await sendOver(agent, port, request)
  // A connection that was kept may end at any time: the same over one of its own.
  return answered.status === 0 ? sendOver(false, port, request) : answered
}

async function sendOver(
  agent: Agent | false,
  port: number,
  { method, target, headers, body }: FuzzRequest,
): Promise<Answered> {
  const since = performance.now()
  const taken = () => performance.now() - since
  const outgoing = request({
    agent,
    host: '127.0.0.1',
    port,
    method,
    path: target,
    headers: { host: `localhost:${port}`, ...headers },
    signal: AbortSignal.timeout(PATIENCE),
  })
  try {
    outgoing.end(body)
    const [incoming] = await once(outgoing, 'response')
    const text = (await buffer(incoming)).toString()
    const known: [string, string[]][] = Object.entries(incoming.headersDistinct)
    const pairs = known.flatMap(([name, values]) => values.map((value) => [name, value] as const))
    return {
      status: incoming.statusCode,
      headers: new Headers(pairs.map(([name, value]) => [name, value])),
      body: text,
      milliseconds: taken(),
    }
  } catch (error) {
    return { status: 0, headers: new Headers(), body: String(error), milliseconds: taken() }
  }
}

/** The same as bytes with a fault in them: what a parser of HTTP stumbles over. An end without an answer is fine. */
export async function sendSpoiled(
  port: number,
  { method, target, headers, body }: FuzzRequest,
  random: () => number,
): Promise<Answered> {
  const since = performance.now()
  const all = {
    host: `localhost:${port}`,
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  const text = mutated(`${method} ${target} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`, random)
  const socket = connect(port, '127.0.0.1').setEncoding('latin1')
  let answer = ''
  socket.on('data', (chunk) => (answer += chunk))
  socket.on('error', () => {})
  socket.setTimeout(1_000, () => socket.destroy())
  socket.end(text)
  await once(socket, 'close')
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 400)
  return {
    status,
    headers: new Headers(),
    body: answer,
    milliseconds: socket.timeout ? 0 : performance.now() - since,
  }
}
