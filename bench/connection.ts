import { connect, type Socket } from 'node:net'

export type Answer = {
  readonly status: number
  /** Status line and headers, as they came. */
  readonly head: string
  readonly body: string
}

/** What is sent; `headers` ends each line with CR LF. */
export type Outgoing = {
  readonly method?: 'GET' | 'POST'
  readonly path: string
  readonly headers?: string
  readonly body?: string
}

/**
 * A keep-alive connection that carries one request at a time. The driver shares the machine with what it measures, so
 * it does no more than HTTP/1.1 needs: a twentieth of the cost of `fetch`.
 */
export class Connection {
  private socket: Socket | undefined
  private received: Buffer = Buffer.alloc(0)
  private settle: { resolve(answer: Answer): void; reject(error: Error): void } | undefined
  /** What is sent again, once, where the server closed the kept connection at that moment. */
  private resendable: string | undefined

  /** @param host as in the `Host` header; where it listens is always loopback */
  constructor(
    private readonly port: number,
    private readonly host: string,
  ) {}

  /** @throws Error when the connection breaks, or brings no answer within 30 seconds */
  request({ method = 'GET', path, headers = '', body }: Outgoing): Promise<Answer> {
    const length = body === undefined ? '' : `Content-Length: ${Buffer.byteLength(body)}\r\n`
    const text = `${method} ${path} HTTP/1.1\r\nHost: ${this.host}\r\n${headers}${length}\r\n${body ?? ''}`
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject }
      this.resendable = this.socket && text
      this.opened().write(text)
    })
  }

  close(): void {
    this.socket?.destroy()
    this.socket = undefined
  }

  private opened(): Socket {
    if (this.socket) return this.socket
    const socket = connect({ port: this.port, host: '127.0.0.1', noDelay: true })
    socket.setTimeout(30_000, () => {
      this.resendable = undefined
      socket.destroy(new Error('no answer within 30 seconds'))
    })
    socket.on('data', (chunk) => this.receive(chunk))
    const end = (error: Error) => void (this.socket === socket && this.end(error))
    socket.on('error', end)
    socket.on('close', () => end(new Error('the server closed the connection')))
    this.socket = socket
    return socket
  }

  private end(error: Error): void {
    const unanswered = this.settle && this.received.length === 0 ? this.resendable : undefined
    this.socket = undefined
    this.resendable = undefined
    this.received = Buffer.alloc(0)
    if (unanswered !== undefined) return void this.opened().write(unanswered)
    this.settle?.reject(error)
    this.settle = undefined
  }

  private receive(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk])
    const answer = parse(this.received)
    if (!answer) return
    this.received = Buffer.alloc(0)
    const { settle } = this
    this.settle = undefined
    if (/\r\nconnection: close/i.test(answer.head)) {
      this.socket?.removeAllListeners('close').destroy()
      this.socket = undefined
    }
    settle?.resolve(answer)
  }
}

/** Null while something is missing. */
function parse(bytes: Buffer): Answer | null {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return null
  const head = bytes.toString('latin1', 0, end)
  const status = Number(head.slice(9, 12))
  const start = end + 4
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (status === 204 || status === 304) return { status, head, body: '' }
  if (length !== undefined) {
    const stop = start + Number(length)
    return bytes.length < stop ? null : { status, head, body: bytes.toString('utf8', start, stop) }
  }
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return { status, head, body: '' }
  const body = chunked(bytes, start)
  return body === null ? null : { status, head, body }
}

function chunked(bytes: Buffer, start: number): string | null {
  const parts: Buffer[] = []
  for (let at = start; ; ) {
    const line = bytes.indexOf('\r\n', at)
    if (line < 0) return null
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16)
    const next = line + 2 + size + 2
    if (bytes.length < next) return null
    if (size === 0) return Buffer.concat(parts).toString()
    parts.push(bytes.subarray(line + 2, line + 2 + size))
    at = next
  }
}

/** The value of a header; empty without it. */
export function header({ head }: Answer, name: string): string {
  return new RegExp(`\r\n${name}: *([^\r]*)`, 'i').exec(head)?.[1] ?? ''
}

/** `name=value` of every cookie that is set and not removed. */
export function cookies({ head }: Answer): readonly string[] {
  return [...head.matchAll(/\r\nset-cookie: *([^=]+=[^;\r]+)/gi)].map(([, cookie = '']) => cookie)
}

export const FORM = 'Content-Type: application/x-www-form-urlencoded\r\n'
export const JSON_TYPE = 'Content-Type: application/json\r\n'
