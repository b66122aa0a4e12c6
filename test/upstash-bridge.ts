import { timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { isRespError, openRespConnection, type RespConnection, type RespReply } from './resp-connection'

type Command = readonly string[]

/**
 * Speaks the Upstash REST protocol (https://upstash.com/docs/redis/features/restapi) in front of a real Redis:
 * a command at `/`, several at `/pipeline`, a transaction at `/multi-exec`. Every request has a connection of its own
 * to Redis, so that transactions do not mix.
 *
 * @param redisUrl `redis://host:port`
 * @param token the bearer token that clients must send
 */
export async function startUpstashBridge(
  redisUrl: string,
  token: string,
): Promise<{ readonly url: string; requests(): number; close(): Promise<void> }> {
  let requests = 0
  const server = createServer((request, response) => {
    requests++
    answer(request, redisUrl, token).then(
      ({ status, body }) => send(response, status, body),
      (error: Error) => send(response, 500, { error: error.message }),
    )
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    /** How many have come so far. */
    requests: () => requests,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

async function answer(
  request: IncomingMessage,
  redisUrl: string,
  token: string,
): Promise<{ status: number; body: unknown }> {
  if (!hasToken(request, token))
    return { status: 401, body: { error: 'WRONGPASS invalid or missing auth token' } }
  if (request.method !== 'POST') return { status: 405, body: { error: 'ERR only POST is served' } }
  const body: unknown = JSON.parse(await text(request))
  const encode = request.headers['upstash-encoding'] === 'base64' ? base64 : plain
  const redis = await openRespConnection(redisUrl)
  try {
    return await run(redis, request.url ?? '/', body, encode)
  } finally {
    redis.close()
  }
}

async function run(redis: RespConnection, path: string, body: unknown, encode: Encoder) {
  const result = (reply: RespReply) => (isRespError(reply) ? reply : { result: encode(reply) })
  switch (path) {
    case '/': {
      const [reply = null] = await redis.send([toCommand(body)])
      return { status: isRespError(reply) ? 400 : 200, body: result(reply) }
    }
    case '/pipeline':
      return { status: 200, body: (await redis.send(toCommands(body))).map(result) }
    case '/multi-exec': {
      const replies = await redis.send([['MULTI'], ...toCommands(body), ['EXEC']])
      const outcome = replies.at(-1) ?? null
      if (isRespError(outcome)) return { status: 400, body: outcome }
      return { status: 200, body: Array.isArray(outcome) ? outcome.map(result) : result(outcome) }
    }
    default:
      return { status: 404, body: { error: 'ERR unknown path' } }
  }
}

function hasToken(request: IncomingMessage, token: string): boolean {
  const presented = Buffer.from(request.headers.authorization ?? '')
  const expected = Buffer.from(`Bearer ${token}`)
  return presented.length === expected.length && timingSafeEqual(presented, expected)
}

function toCommand(value: unknown): Command {
  if (!Array.isArray(value) || value.length === 0) throw new Error('ERR a command is a non-empty array')
  return value.map((part) => (typeof part === 'object' ? JSON.stringify(part) : String(part)))
}

function toCommands(value: unknown): readonly Command[] {
  if (!Array.isArray(value)) throw new Error('ERR a pipeline is an array of commands')
  return value.map(toCommand)
}

type Encoder = (reply: RespReply) => unknown

/** As Upstash does it: every string is encoded, also inside arrays, except the status OK. */
function base64(reply: RespReply): unknown {
  if (Array.isArray(reply)) return reply.map(base64)
  return typeof reply === 'string' && reply !== 'OK' ? Buffer.from(reply).toString('base64') : reply
}

const plain: Encoder = (reply) => reply
