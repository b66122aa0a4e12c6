import { once } from 'node:events'
import { createConnection } from 'node:net'

/** A reply of Redis: an error is a value here, because a pipeline's replies may hold several. */
export type RespReply = string | number | null | RespError | readonly RespReply[]

export type RespError = { readonly error: string }

export type RespConnection = {
  /** Sends the commands in one go and returns their replies in order. Rejects when the connection is lost. */
  send(commands: readonly (readonly string[])[]): Promise<readonly RespReply[]>
  close(): void
}

export function isRespError(reply: RespReply): reply is RespError {
  return typeof reply === 'object' && reply !== null && 'error' in reply
}

/** Opens a connection that speaks RESP2 (https://redis.io/docs/latest/develop/reference/protocol-spec/). */
export async function openRespConnection(url: string): Promise<RespConnection> {
  const { hostname, port } = new URL(url)
  const socket = createConnection(Number(port) || 6379, hostname)
  await once(socket, 'connect')
  const waiting: { resolve(reply: RespReply): void; reject(error: Error): void }[] = []
  let unread: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    unread = Buffer.concat([unread, chunk])
    for (let parsed = parseReply(unread, 0); parsed; parsed = parseReply(unread, 0)) {
      unread = unread.subarray(parsed.end)
      waiting.shift()?.resolve(parsed.reply)
    }
  })
  const fail = () => {
    for (const { reject } of waiting.splice(0)) reject(new Error('the connection to Redis was lost'))
  }
  socket.on('error', fail).on('close', fail)
  return {
    send(commands) {
      if (socket.destroyed) return Promise.reject(new Error('the connection to Redis was lost'))
      const replies = commands.map(
        () => new Promise<RespReply>((resolve, reject) => waiting.push({ resolve, reject })),
      )
      socket.write(commands.map(encodeCommand).join(''))
      return Promise.all(replies)
    },
    close: () => socket.destroy(),
  }
}

function encodeCommand(command: readonly string[]): string {
  const parts = command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`)
  return `*${parts.length}\r\n${parts.join('')}`
}

/** The reply that starts at `start` and where it ends; null while it is not complete. */
function parseReply(data: Buffer, start: number): { reply: RespReply; end: number } | null {
  const lineEnd = data.indexOf('\r\n', start)
  if (lineEnd < 0) return null
  const line = data.toString('utf8', start + 1, lineEnd)
  const end = lineEnd + 2
  switch (String.fromCharCode(data[start] ?? 0)) {
    case '+':
      return { reply: line, end }
    case '-':
      return { reply: { error: line }, end }
    case ':':
      return { reply: Number(line), end }
    case '$':
      return parseBulk(data, end, Number(line))
    case '*':
      return parseArray(data, end, Number(line))
    default:
      throw new Error('not RESP2')
  }
}

function parseBulk(data: Buffer, start: number, length: number) {
  if (length < 0) return { reply: null, end: start }
  const end = start + length
  return data.length < end + 2 ? null : { reply: data.toString('utf8', start, end), end: end + 2 }
}

function parseArray(data: Buffer, start: number, length: number) {
  if (length < 0) return { reply: null, end: start }
  const reply: RespReply[] = []
  let end = start
  for (let read = 0; read < length; read++) {
    const parsed = parseReply(data, end)
    if (!parsed) return null
    reply.push(parsed.reply)
    end = parsed.end
  }
  return { reply, end }
}
