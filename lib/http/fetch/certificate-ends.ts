import { connect } from 'node:tls'
import { proxyFor } from './proxy'
import { allowedAddresses, type PublicFetchPolicy } from './public-fetch'
import { firstTunnel, pinnedTo, tlsName } from './safe-request'

/** Milliseconds, for everything together. */
const TIMEOUT = 5_000

/** When the certificate ends that an origin shows; undefined where it shows none, or does not answer. */
export type CertificateEnds = (origin: string) => Promise<Date | undefined>

/**
 * Reads certificates without believing them: whether they are trusted is checked elsewhere. Hosts are checked and reached
 * as {@link publicFetch} does it, through the proxy, too (decisions 0047 and 0100).
 */
export function certificateEnds(policy: PublicFetchPolicy): CertificateEnds {
  return (origin) => {
    const url = new URL(origin)
    if (url.protocol !== 'https:') return Promise.resolve(undefined)
    const signal = AbortSignal.timeout(TIMEOUT)
    return new Promise((resolve) => {
      const giveUp = () => resolve(undefined)
      signal.addEventListener('abort', giveUp, { once: true })
      read(url, policy, signal).then(resolve, giveUp)
    })
  }
}

async function read(url: URL, policy: PublicFetchPolicy, signal: AbortSignal): Promise<Date | undefined> {
  const addresses = await allowedAddresses(policy)(url)
  signal.throwIfAborted()
  const proxy = proxyFor(policy.proxy, url)
  const { host, servername } = tlsName(url)
  const way = proxy
    ? { socket: await firstTunnel(proxy, url, addresses, signal) }
    : { host, port: Number(url.port || 443), lookup: pinnedTo(addresses) }
  return new Promise((resolve) => {
    // Nothing is sent.
    const socket = connect({ ...way, servername, rejectUnauthorized: false })
    const end = (ends?: Date) => {
      socket.destroy()
      resolve(ends)
    }
    signal.addEventListener('abort', () => end(), { once: true })
    socket.on('secureConnect', () => {
      const { valid_to: validTo } = socket.getPeerCertificate()
      end(validTo ? new Date(validTo) : undefined)
    })
    socket.on('error', () => end())
  })
}
