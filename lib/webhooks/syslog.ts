import { connect, type TLSSocket } from 'node:tls'
import { certificateProblem } from '@/lib/certificate-problem'
import {
  checkedAddresses,
  FetchProblem,
  problemForOperators,
  type SafeFetchPolicy,
} from '@/lib/http/fetch/safe-request'
import type { Answered } from './send'

/** Facility 13, log audit; severity 6, informational (RFC 5424 §6.2.1). */
const PRIORITY = 13 * 8 + 6

/** RFC 5425 §4.1. */
const PORT = 6514

/** Milliseconds for name look-up, and for all that follows: a receiver that drips holds a place no longer. */
const TIMEOUT = 10_000

export type SyslogEntry = {
  /** In milliseconds at least. */
  readonly at: string
  readonly action: string
  readonly body: string
}

/**
 * One message of RFC 5424 in the frame of RFC 5425 §4.3.1, which counts its octets: what an entry says cannot begin
 * another one.
 *
 * @param host who says it: our own host name
 */
export function syslogFrame(host: string, { at, action, body }: SyslogEntry): Buffer {
  const printable = (text: string, length: number) =>
    text.replace(/[^\x21-\x7e]/g, '_').slice(0, length) || '-'
  const head = `<${PRIORITY}>1 ${at} ${printable(host, 255)} vestibule - ${printable(action, 32)} - `
  // The mark says that the text is UTF-8 (§6.4).
  const message = Buffer.concat([Buffer.from(head), Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(body)])
  return Buffer.concat([Buffer.from(`${message.byteLength} `), message])
}

/**
 * Sends a message over TLS, by the rules for untrusted addresses. Syslog answers nothing: it is delivered once the
 * receiver has closed the connection that we have ended, and not cut it.
 *
 * @param ca certificates that are trusted besides the system's
 */
export async function sendSyslog(
  address: string,
  frame: Buffer,
  policy: Omit<SafeFetchPolicy, 'timeout'> & { readonly timeout?: number },
  ca?: string,
): Promise<Answered> {
  const url = new URL(address)
  const { timeout = TIMEOUT } = policy
  // As the rules know it: the scheme is ours.
  const checked = new URL(`https://${url.host}`)
  try {
    const [host] = await checkedAddresses(checked, { ...policy, timeout })
    if (host === undefined) return { problem: 'its host name does not resolve to a public address' }
    const name = checked.hostname.replace(/^\[|\]$/g, '')
    return await new Promise((resolve) => {
      const socket: TLSSocket = connect({
        host,
        port: Number(url.port || PORT),
        ...(/[a-z]/i.test(name) && !name.includes(':') && { servername: name }),
        ...(ca !== undefined && { ca }),
      })
      const late = () => end({ problem: `it did not answer within ${timeout / 1000} seconds` })
      const timer = setTimeout(late, timeout)
      const end = (answered: Answered) => {
        clearTimeout(timer)
        resolve(answered)
        socket.destroy()
      }
      socket.on('secureConnect', () => socket.end(frame))
      socket.on('close', (hadError) =>
        end(hadError ? { problem: 'the connection was cut' } : { status: 200 }),
      )
      socket.on('error', (error: NodeJS.ErrnoException) => end({ problem: problemOf(error) }))
      // Whatever it says is not waited for.
      socket.resume()
    })
  } catch (error) {
    if (!(error instanceof FetchProblem)) throw error
    return { problem: problemForOperators(error) }
  }
}

function problemOf({ code = '' }: NodeJS.ErrnoException): string {
  const certificate = certificateProblem(code)
  return certificate ? `its certificate ${certificate}` : `the connection failed (${code})`
}
