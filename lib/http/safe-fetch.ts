/**
 * One request to an address that a stranger chose (CIMD §8.6, RFC 9700 has no better name for it than SSRF): https to
 * a public address, which is looked up once, checked and then connected to; no redirect, no compression, JSON alone,
 * and little of it, soon.
 */
import { lookup } from 'node:dns/promises'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isLoopbackUrl } from '@/lib/oauth/protocol/client-id-url'
import { parseJson } from './parse-json'
import { isLoopbackAddress, isSpecialUse } from './safe-fetch-addresses'
import { freshness } from './safe-fetch-freshness'

export type SafeFetchPolicy = {
  /** Plain http, and this machine: only where we are on loopback ourselves. */
  readonly allowLoopback: boolean
  /** Milliseconds, for everything together. */
  readonly timeout: number
  /** All addresses of a host name. */
  readonly resolve?: (hostname: string) => Promise<readonly string[]>
}

/** Why nothing came of it. `message` may be shown to anybody, `detail` to the operator. */
export class FetchProblem extends Error {
  constructor(
    message: string,
    readonly detail = message,
  ) {
    super(message)
    this.name = 'FetchProblem'
  }
}

/**
 * Reads one JSON document.
 *
 * @param maxBytes more is not read
 * @returns what was read, and how many seconds it stays fresh
 * @throws FetchProblem
 */
export async function safeFetch(
  address: string,
  maxBytes: number,
  policy: SafeFetchPolicy,
): Promise<{ readonly body: unknown; readonly freshFor: number }> {
  const signal = AbortSignal.timeout(policy.timeout)
  try {
    const url = checkedUrl(address, policy)
    const addresses = await orAbort(checkedAddresses(url, policy), signal)
    const response = await send(url, addresses, signal)
    try {
      checkResponse(response)
      const body = jsonOf(await readBody(response, maxBytes))
      const { 'cache-control': cacheControl, age } = response.headers
      return { body, freshFor: freshness({ ...(cacheControl && { cacheControl }), ...(age && { age }) }) }
    } finally {
      response.destroy()
    }
  } catch (error) {
    throw problemOf(error, signal, policy)
  }
}

function checkedUrl(address: string, { allowLoopback }: SafeFetchPolicy): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (!url || url.username || url.password) throw new FetchProblem('its address is not usable')
  const here = allowLoopback && isLoopbackUrl(url)
  if (url.protocol !== 'https:' && !(here && url.protocol === 'http:'))
    throw new FetchProblem('its address must use https')
  return url
}

/** Refuses a name when any of its addresses is special: which one is connected to must not be a matter of luck. */
async function checkedAddresses(url: URL, policy: SafeFetchPolicy): Promise<readonly string[]> {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(host) ? [host] : await (policy.resolve ?? resolveAll)(host)
  const here = policy.allowLoopback && isLoopbackUrl(url)
  const refused = addresses.some(here ? (address) => !isLoopbackAddress(address) : isSpecialUse)
  if (refused) throw unreachable('its host is, or resolves to, an address that is not a public one')
  if (addresses.length === 0) throw unreachable('its host name does not resolve')
  return addresses
}

async function resolveAll(hostname: string): Promise<readonly string[]> {
  return (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address)
}

/** Connects to the addresses that were checked and asks nobody again; the name stays in `Host` and in TLS. */
function send(url: URL, addresses: readonly string[], signal: AbortSignal): Promise<IncomingMessage> {
  const checked = addresses.map((address) => ({ address, family: isIP(address) }))
  const pinned: LookupFunction = (_hostname, { all }, callback) => {
    if (all) callback(null, checked)
    else callback(null, checked[0]?.address ?? '', checked[0]?.family)
  }
  const options = {
    agent: false,
    lookup: pinned,
    signal,
    headers: { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': 'vestibule' },
  }
  return new Promise((resolve, reject) => {
    const outgoing = url.protocol === 'https:' ? requestHttps(url, options) : requestHttp(url, options)
    outgoing.on('response', resolve)
    // Stays: an error after the answer began must not end the process.
    outgoing.on('error', reject)
    outgoing.end()
  })
}

function checkResponse({ statusCode = 0, headers }: IncomingMessage): void {
  if (statusCode >= 300 && statusCode < 400)
    throw new FetchProblem(`its address answered ${statusCode}, and redirects are not followed`)
  if (statusCode !== 200) throw new FetchProblem(`its address answered ${statusCode}`)
  const type = (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (!/^application\/([a-z0-9.-]+\+)?json$/.test(type))
    throw new FetchProblem('its content type is not application/json')
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new FetchProblem('it is compressed, though that was not asked for')
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size > maxBytes) throw new FetchProblem(`it is larger than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  if (!response.complete) throw unreachable('the connection was cut')
  return Buffer.concat(chunks)
}

function jsonOf(body: Buffer): unknown {
  try {
    return parseJson(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch (error) {
    throw new FetchProblem(error instanceof RangeError ? 'it is nested too deeply' : 'it is not JSON')
  }
}

/** One sentence for strangers, whatever it is: they are not to map our network. */
const unreachable = (detail: string) => new FetchProblem('its host cannot be reached', detail)

function problemOf(error: unknown, signal: AbortSignal, { timeout }: SafeFetchPolicy): FetchProblem {
  if (signal.aborted) return new FetchProblem(`it did not arrive within ${timeout / 1000} seconds`)
  if (error instanceof FetchProblem) return error
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return unreachable('its host name does not resolve')
  if (/CERT|TLS|SSL|ISSUER|LEAF_SIGNATURE/.test(code))
    return unreachable('its TLS certificate is not trusted here')
  return unreachable('the connection failed')
}

/** A name look-up cannot be called off, but it need not be waited for. */
function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    work.then(resolve, reject)
  })
}
