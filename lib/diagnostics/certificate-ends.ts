import { connect, type TLSSocket } from 'node:tls'

/** Milliseconds. */
const TIMEOUT = 5_000

/**
 * When the certificate of an https origin expires; whether it is trusted is checked elsewhere.
 *
 * @returns undefined when there is none
 */
export function certificateEnds(origin: string): Promise<Date | undefined> {
  const { protocol, hostname, port } = new URL(origin)
  if (protocol !== 'https:') return Promise.resolve(undefined)
  const host = hostname.replace(/^\[|\]$/g, '')
  return new Promise((resolve) => {
    // Nothing is sent or believed; the certificate is only read.
    const socket: TLSSocket = connect({
      host,
      port: Number(port || 443),
      rejectUnauthorized: false,
      timeout: TIMEOUT,
      ...(/[a-z]/i.test(host) && !host.includes(':') && { servername: host }),
    })
    const end = (ends?: Date) => {
      socket.destroy()
      resolve(ends)
    }
    socket.on('secureConnect', () => {
      const { valid_to: validTo } = socket.getPeerCertificate()
      end(validTo ? new Date(validTo) : undefined)
    })
    socket.on('error', () => end())
    socket.on('timeout', () => end())
  })
}
