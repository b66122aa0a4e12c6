/**
 * The proxy that the installation reaches the internet through (`HTTPS_PROXY`, `NO_PROXY`). It is a way, and no reason to
 * trust: of addresses that strangers and customers chose we resolve the name, check what it means, and have the proxy
 * connect to that very address. Decision 0100.
 */
import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type Socket } from 'node:net'
import { trustedProxies } from '@/lib/http/client-address'
import { isLoopbackAddress } from './safe-fetch-addresses'

export type OutgoingProxy = {
  /** http or https, with a user name and password where it wants them. */
  readonly url: string
  /** What is reached without it: host names with all below them, addresses, CIDRs, or `*`. */
  readonly except: readonly string[]
}

/** The code of the error when the proxy does not connect. */
export const NO_TUNNEL = 'EPROXY'

/** The proxy for this address; undefined where it is reached without one, as everything on this machine is. */
export function proxyFor(
  proxy: OutgoingProxy | undefined,
  { protocol, hostname }: URL,
): OutgoingProxy | undefined {
  if (!proxy || protocol !== 'https:') return undefined
  const host = hostname.replace(/^\[|\]$|\.$/g, '')
  const isAddress = isIP(host) !== 0
  if (isAddress ? isLoopbackAddress(host) : /^(localhost|.+\.localhost)$/.test(host)) return undefined
  const networks = proxy.except.filter((entry) => isIP(entry.split('/')[0] ?? '') !== 0)
  if (isAddress && trustedProxies(networks)(host)) return undefined
  const isExcepted = (entry: string) => {
    const name = entry.replace(/^\*?\./, '')
    return entry === '*' || host === name || host.endsWith(`.${name}`)
  }
  return proxy.except.some(isExcepted) ? undefined : proxy
}

/**
 * A connection through the proxy (RFC 9110 §9.3.6).
 *
 * @param host a name that the proxy resolves, or an address
 * @throws Error with the code {@link NO_TUNNEL}
 */
export function tunnel(
  { url }: OutgoingProxy,
  { host, port }: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<Socket> {
  const { protocol, hostname, port: at, username, password } = new URL(url)
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`)
  const options = {
    method: 'CONNECT',
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: at || (protocol === 'https:' ? 443 : 80),
    path: authority,
    agent: false,
    signal,
    headers: {
      host: authority,
      ...(username && { 'proxy-authorization': `Basic ${credentials.toString('base64')}` }),
    },
  }
  return new Promise((resolve, reject) => {
    const fail = () => reject(Object.assign(new Error('the proxy does not connect'), { code: NO_TUNNEL }))
    const asked = protocol === 'https:' ? requestHttps(options) : requestHttp(options)
    asked.on('connect', ({ statusCode }, socket) => {
      if (statusCode === 200) return resolve(socket)
      socket.destroy()
      fail()
    })
    asked.on('response', (response) => {
      response.destroy()
      fail()
    })
    // Stays: an error after the tunnel stands belongs to the socket.
    asked.on('error', fail)
    asked.end()
  })
}
