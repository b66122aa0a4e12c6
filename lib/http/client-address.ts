import type { IncomingHttpHeaders } from 'node:http'
import { BlockList, isIP } from 'node:net'
import { nextAlone } from '@/lib/next-alone'

/**
 * Where `server.ts` leaves the client's address for the endpoints. It removes what a client sends under this name, so
 * the value is always ours. Endpoints ask {@link addressIn}.
 */
export const ADDRESS_HEADER = 'x-vestibule-client-address'

/**
 * The address that a request comes from: as `server.ts` found it, or, where Next runs without it, as the platform wrote
 * it into the configured header. Of several there, the last one counts: a client can only have written those before it.
 *
 * @returns the empty string when it is not known; without `server.ts`, where a platform always knows, one for all
 */
export function addressIn(headers: Pick<Headers, 'get'>): string {
  const alone = nextAlone()
  if (!alone) return headers.get(ADDRESS_HEADER) ?? ''
  return plainAddress(headers.get(alone.addressHeader)?.split(',').at(-1) ?? '') ?? UNKNOWN
}

/** What did not come through the platform is limited together, or leaving the header out would be worth an attacker's while. */
const UNKNOWN = '0.0.0.0'

/** Whether an address belongs to a proxy of the operator's. */
export type IsTrusted = (address: string) => boolean

/** @param proxies addresses and CIDRs, as `TRUSTED_PROXIES` has them */
export function trustedProxies(proxies: readonly string[]): IsTrusted {
  const list = new BlockList()
  for (const proxy of proxies) {
    const [address = '', bits] = proxy.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/**
 * The address that a request comes from. Forwarding headers count only when the peer is a trusted proxy, and then from
 * right to left: each entry was written by the hop after it, so the first one that is not a trusted proxy is the last
 * that can be believed (RFC 7239 §8.1). When `X-Forwarded-For` and `Forwarded` lead to different addresses, one of the
 * two was not written by the proxy, and neither counts.
 *
 * A peer in our own network that forwards and is not listed is a proxy that the operator forgot: whose request it is, is
 * not known, and nobody is limited for what all others behind it do.
 *
 * @param peer the address at the other end of the socket
 * @returns the empty string when the client's address is not known
 */
export function clientAddress(
  peer: string | undefined,
  headers: IncomingHttpHeaders,
  isTrusted: IsTrusted,
): string {
  const direct = plainAddress(peer ?? '') ?? ''
  const isForwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined
  if (!direct || !isForwarded) return direct
  // Of a public address, anyone may send such headers.
  if (!isTrusted(direct)) return isInOurNetwork(direct) ? '' : direct
  const chains = [xForwardedFor(headers['x-forwarded-for']), forwarded(headers.forwarded)]
  const [found = direct, ...others] = chains
    .filter((chain) => chain !== undefined)
    .map((chain) => lastBelievable(chain, direct, isTrusted))
  return others.every((other) => other === found) ? found : direct
}

/**
 * The networks that an address belongs to, the narrowest first: an IPv4 address and its /24; of IPv6 the /64, /56 and
 * /48, since one customer of a provider has any of these to himself. Empty when the address is not known.
 */
export function networksOf(address: string): readonly string[] {
  const network = keptNetwork(address)
  if (!network) return []
  if (isIP(address) === 4) return [address, network]
  return [64, 56, 48].map((bits) => prefixOf(address, bits))
}

/**
 * The network of a client address that may be stored: it identifies a provider or a company, not a household. Decision
 * 0050.
 *
 * @returns the /24 of an IPv4 address, the /48 of an IPv6 address; undefined for anything else
 */
export function keptNetwork(address: string): string | undefined {
  if (isIP(address) === 4) return `${address.split('.').slice(0, 3).join('.')}.0/24`
  return isIP(address) === 6 ? prefixOf(address, 48) : undefined
}

/** @param bits whole bytes of an IPv6 address */
function prefixOf(address: string, bits: number): string {
  const [head = '', tail = ''] = address.split('::')
  const left = head ? head.split(':') : []
  const right = tail ? tail.split(':') : []
  const missing = Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0')
  const groups = address.includes('::') ? [...left, ...missing, ...right] : left
  return `${groups
    .slice(0, Math.ceil(bits / 16))
    .map((group, index) => {
      const rest = Math.min(16, bits - 16 * index)
      return (Number.parseInt(group, 16) & (0xffff << (16 - rest)) & 0xffff).toString(16)
    })
    .join(':')}::/${bits}`
}

const isInOurNetwork = trustedProxies([
  ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16'],
  ...['::1', 'fc00::/7', 'fe80::/10'],
])

function lastBelievable(chain: readonly string[], direct: string, isTrusted: IsTrusted): string {
  let believed = direct
  for (const entry of chain.toReversed()) {
    const address = plainAddress(entry)
    if (!address) return believed
    believed = address
    if (!isTrusted(address)) return believed
  }
  return believed
}

function xForwardedFor(header: string | readonly string[] | undefined): readonly string[] | undefined {
  return header === undefined ? undefined : String(header).split(',')
}

/** The `for` of each element (RFC 7239 §4), quoted or not; an element without one cannot be believed. */
function forwarded(header: string | undefined): readonly string[] | undefined {
  return header?.split(',').map((element) => {
    const pair = element.split(';').find((part) => /^\s*for=/i.test(part))
    return (
      pair
        ?.slice(pair.indexOf('=') + 1)
        .trim()
        .replace(/^"(.*)"$/, '$1') ?? ''
    )
  })
}

/** An address without port, brackets, zone and the dress of IPv4 in IPv6; undefined for anything else. */
function plainAddress(value: string): string | undefined {
  // As sockets have it.
  if (isIP(value) === 4) return value
  const text = value.trim()
  const bare = /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text
  const address = bare.replace(/%.*$/, '').toLowerCase()
  const mapped = /^::ffff:([\d.]+)$/.exec(address)?.[1] ?? address
  return isIP(mapped) ? mapped : undefined
}
