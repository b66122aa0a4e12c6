/**
 * `fetch` for addresses that operators of an organization configured: public hosts, and the internal ones that the
 * installation lists. A name is resolved once, checked, and then connected to, against DNS rebinding; each request has
 * a connection of its own, so that no connection of another check is reused. Decision 0047.
 */
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { trustedProxies } from '@/lib/http/client-address'
import { isLoopbackUrl } from '@/lib/oauth/protocol/parse-url'
import { type Resolve, systemNames, untrustedNames } from './host-names'
import { proxyFor } from './proxy'
import { isLoopbackAddress, isSpecialUse } from './safe-fetch-addresses'
import { sendTo, type Way } from './safe-request'

export type PublicFetchPolicy = Way & {
  /** Every host is allowed: whoever runs the installation entered it. */
  readonly anywhere?: boolean
  /** Loopback hosts are allowed: only where we are on loopback ourselves. */
  readonly allowLoopback: boolean
  /** Host names, addresses and CIDRs that are allowed though they are internal. */
  readonly listed: readonly string[]
  /** The organization whose connection asks: names that one customer chose hold up no login of another. */
  readonly owner?: string | undefined
  /** All addresses of a host name that is not listed. */
  readonly resolve?: Resolve
}

/** A room of their own: names in clients' documents hold up no login of a customer. */
const namesOfCustomers = untrustedNames()

/** The code of the error when a host has an address that is neither public nor listed. */
const NOT_PUBLIC = 'ENOTPUBLIC'

/** @returns one request as `fetch` makes it; redirects are answers, and failures carry the system's error code */
export function publicFetch(policy: PublicFetchPolicy) {
  const addressesOf = allowedAddresses(policy)
  return async (url: URL, init: RequestInit): Promise<Response> => {
    const request = new Request(url, init)
    const { method, signal } = request
    const addresses = await addressesOf(url)
    signal.throwIfAborted()
    const body = await request.text()
    const headers = Object.fromEntries(request.headers)
    return answerOf(await sendTo(url, { method, headers, ...(body && { body }) }, addresses, signal, policy))
  }
}

/**
 * The addresses of a host, each of which may be connected to: none where it needs no check, and the proxy resolves it. The
 * function throws an error with the code {@link NOT_PUBLIC}, or the resolver's.
 */
export function allowedAddresses(policy: PublicFetchPolicy) {
  const { isListedName, isAllowed } = allowance(policy)
  const resolve = policy.resolve ?? namesOfCustomers
  const addressesOf = async (url: URL, host: string): Promise<readonly string[]> => {
    if (isIP(host)) return [host]
    if (!policy.anywhere && !isListedName(url)) return resolve(host, policy.owner)
    // What needs no check is the proxy's to resolve: perhaps nothing else here can.
    return proxyFor(policy.proxy, url) ? [] : (policy.resolve ?? systemNames)(host)
  }
  return async (url: URL): Promise<readonly string[]> => {
    const addresses = await addressesOf(url, url.hostname.replace(/^\[|\]$/g, ''))
    if (!policy.anywhere && !addresses.every((address) => isAllowed(url, address)))
      throw Object.assign(new Error('the host is not a public one'), { code: NOT_PUBLIC })
    return addresses
  }
}

/** All addresses of a name have to be allowed: which one is connected to must not be a matter of luck. */
function allowance({ allowLoopback, listed }: PublicFetchPolicy) {
  const isAddress = (entry: string) => isIP(entry.split('/')[0] ?? '') !== 0
  const names = new Set(listed.filter((entry) => !isAddress(entry)))
  const isListed = trustedProxies(listed.filter(isAddress))
  const isListedName = ({ hostname }: URL) => names.has(hostname.replace(/\.$/, ''))
  const isAllowed = (url: URL, address: string): boolean => {
    if (isListedName(url) || isListed(address)) return true
    const isHere = allowLoopback && isLoopbackUrl(url)
    return isHere ? isLoopbackAddress(address) : !isSpecialUse(address)
  }
  return { isListedName, isAllowed }
}

const DECODERS = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

/** The body of an answer, which may be compressed though nobody asked for that. */
export function decoded(message: IncomingMessage): Readable {
  const encoding = message.headers['content-encoding'] ?? 'identity'
  const decoder = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding as keyof typeof DECODERS]() : null
  return decoder ? message.on('error', (error) => decoder.destroy(error)).pipe(decoder) : message
}

function answerOf(message: IncomingMessage): Response {
  const headers = new Headers()
  for (let i = 0; i + 1 < message.rawHeaders.length; i += 2)
    headers.append(message.rawHeaders[i] ?? '', message.rawHeaders[i + 1] ?? '')
  const status = message.statusCode ?? 0
  if ([204, 205, 304].includes(status)) return new Response(null, { status, headers })
  return new Response(Readable.toWeb(decoded(message)) as ReadableStream, { status, headers })
}
