/**
 * One request to an untrusted address (CIMD §8.6), against SSRF: https to a public address, which is resolved once,
 * checked and then connected to; no redirect, no compression, size and time limits.
 */

import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls, rootCertificates } from 'node:tls'
import { certificateProblem } from '@/lib/certificate-problem'
import type { FetchFailure } from '@/lib/oauth/ports/clients'
import { isLoopbackUrl, parseUrl } from '@/lib/oauth/protocol/parse-url'
import type { Resolve } from './host-names'
import { NO_TUNNEL, type OutgoingProxy, proxyFor, tunnel } from './proxy'
import { isLoopbackAddress, isSpecialUse } from './safe-fetch-addresses'

export type SafeFetchPolicy = {
  /** Plain http, and this machine: only where we are on loopback ourselves. */
  readonly allowLoopback: boolean
  /** Milliseconds, for everything together. */
  readonly timeout: number
  /** The installation itself configured the address: it may be internal. */
  readonly ownAddress?: boolean
  /** The installation's way out. */
  readonly proxy?: OutgoingProxy | undefined
  /** All addresses of a host name: {@link untrustedNames}, or the system's for our own. */
  readonly resolve: Resolve
}

/** What is sent; without anything it is a GET for JSON. */
export type SafeRequest = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Why a fetch failed. `message` may be shown to clients, `detail` to the operator. */
export class FetchProblem extends Error {
  constructor(
    readonly failure: FetchFailure,
    message: string,
    readonly detail = message,
  ) {
    super(message)
    this.name = 'FetchProblem'
  }
}

/**
 * Sends one request and hands the answer over as soon as it begins.
 *
 * @param use reads what it wants of the answer; the rest never arrives
 * @throws FetchProblem
 */
export async function safeRequest<T>(
  address: string,
  request: SafeRequest,
  policy: SafeFetchPolicy,
  use: (answer: IncomingMessage) => T | Promise<T>,
): Promise<T> {
  const signal = AbortSignal.timeout(policy.timeout)
  try {
    const url = checkedUrl(address, policy)
    const addresses = await orAbort(checkedAddresses(url, policy), signal)
    const response = await sendTo(url, request, addresses, signal, policy)
    try {
      return await use(response)
    } finally {
      response.destroy()
    }
  } catch (error) {
    throw problemOf(error, signal, policy)
  }
}

/**
 * What may be told to operators, who chose the address and do not run this installation: whether a name is unknown, or
 * leads into our own network, looks the same, for it would be a map of it.
 */
export function problemForOperators({ failure, detail }: FetchProblem): string {
  return failure === 'host_unknown' || failure === 'host_not_public'
    ? 'its host name does not resolve to a public address'
    : detail
}

type Unreachable = 'host_unknown' | 'host_not_public' | 'certificate' | 'connection_refused' | 'unreachable'

/** One message for all internal addresses, so that no client can map our network. */
export const unreachable = (failure: Unreachable, detail: string) =>
  new FetchProblem(failure, 'its host cannot be reached', detail)

const hostUnknown = () => unreachable('host_unknown', 'its host name does not resolve')

function checkedUrl(address: string, { allowLoopback }: SafeFetchPolicy): URL {
  const url = parseUrl(address)
  if (!url || url.username || url.password)
    throw new FetchProblem('address_unusable', 'its address is not usable')
  const here = allowLoopback && isLoopbackUrl(url)
  if (url.protocol !== 'https:' && !(here && url.protocol === 'http:'))
    throw new FetchProblem('not_https', 'its address must use https')
  return url
}

/** Refuses a name when any of its addresses is special: which one is connected to must not be a matter of luck. */
export async function checkedAddresses(url: URL, policy: SafeFetchPolicy): Promise<readonly string[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host) ? [host] : await policy.resolve(host)
  const here = policy.allowLoopback && isLoopbackUrl(url)
  const refused =
    !policy.ownAddress && addresses.some(here ? (address) => !isLoopbackAddress(address) : isSpecialUse)
  if (refused)
    throw unreachable('host_not_public', 'its host is, or resolves to, an address that is not a public one')
  if (addresses.length === 0) throw hostUnknown()
  return addresses
}

export type Way = {
  readonly proxy?: OutgoingProxy | undefined
  /** Certificates that count besides the public ones, in PEM. */
  readonly authorities?: string | undefined
}

/**
 * Connects to the checked addresses without another lookup, also through the proxy; the name stays in `Host` and in TLS.
 *
 * @param addresses none: of a host that needs no check, whose name the proxy resolves, or the system
 */
export async function sendTo(
  url: URL,
  { method = 'GET', headers = {}, body }: SafeRequest,
  addresses: readonly string[],
  signal: AbortSignal,
  { proxy, authorities }: Way = {},
): Promise<IncomingMessage> {
  const ca = authorities && [...rootCertificates, authorities]
  const way = proxyFor(proxy, url)
  const socket = way && (await firstTunnel(way, url, addresses, signal))
  const always = { 'accept-encoding': 'identity', 'user-agent': 'vestibule' }
  const options = {
    method,
    ...(addresses.length > 0 && { lookup: pinnedTo(addresses) }),
    ...(ca && { ca }),
    // A connection of its own for each request, which no agent makes or keeps.
    ...(socket
      ? { createConnection: () => connectTls({ socket, ...tlsName(url), ...(ca && { ca }) }) }
      : { agent: false as const }),
    signal,
    headers: { accept: 'application/json', ...headers, ...always },
  }
  return new Promise((resolve, reject) => {
    const outgoing = url.protocol === 'https:' ? requestHttps(url, options) : requestHttp(url, options)
    outgoing.on('response', resolve)
    // Stays: an error after the answer began must not end the process.
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Has a name mean the checked addresses, whatever it means by now. */
export function pinnedTo(addresses: readonly string[]): LookupFunction {
  const checked = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_hostname, { all }, callback) => {
    if (all) callback(null, checked)
    else callback(null, checked[0]?.address ?? '', checked[0]?.family)
  }
}

/** What the certificate has to be for. */
export function tlsName({ hostname }: URL) {
  const host = hostname.replace(/^\[|\]$/g, '')
  return { host, servername: isIP(host) ? '' : host }
}

/**
 * A connection through the proxy to one of these addresses, or to the host's name where there are none. IPv4 first: a
 * proxy may have no other way.
 *
 * @throws Error with the code {@link NO_TUNNEL}
 */
export async function firstTunnel(
  proxy: OutgoingProxy,
  url: URL,
  addresses: readonly string[],
  signal: AbortSignal,
): Promise<Socket> {
  const port = Number(url.port || 443)
  const [host = tlsName(url).host, ...others] = addresses.toSorted((a, b) => isIP(a) - isIP(b))
  try {
    return await tunnel(proxy, { host, port }, signal)
  } catch (error) {
    if (others.length === 0 || signal.aborted) throw error
    return firstTunnel(proxy, url, others, signal)
  }
}

function problemOf(error: unknown, signal: AbortSignal, { timeout }: SafeFetchPolicy): FetchProblem {
  if (signal.aborted)
    return new FetchProblem('timed_out', `it did not arrive within ${timeout / 1000} seconds`)
  if (error instanceof FetchProblem) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return hostUnknown()
  if (code === 'ETIMEOUT' || code === 'EBUSY')
    return new FetchProblem('timed_out', 'the name servers of its host did not answer in time')
  if (code === NO_TUNNEL)
    return unreachable('unreachable', 'the outgoing proxy (HTTPS_PROXY) does not connect there')
  const certificate = certificateProblem(code)
  if (certificate) return unreachable('certificate', `its TLS certificate ${certificate}`)
  return code === 'ECONNREFUSED'
    ? unreachable('connection_refused', 'the connection is refused')
    : unreachable('unreachable', 'the connection failed')
}

/** What cannot be called off need not be waited for. */
function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    work.then(resolve, reject)
  })
}
