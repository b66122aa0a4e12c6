/**
 * Which untrusted addresses may be fetched: public ones. Special-use addresses are refused (RFC 6890, as in IANA's
 * registries), also those wrapped in an IPv6 address.
 */
import { BlockList, isIP } from 'node:net'

const SPECIAL_IPV4 = listOf('ipv4', [
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16',
  // Protocol assignments, documentation, benchmarks, relays.
  '192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.175.48.0/24 198.18.0.0/15',
  '198.51.100.0/24 203.0.113.0/24',
  // Multicast, reserved, broadcast.
  '224.0.0.0/4 240.0.0.0/4',
  // Looks public, and is the host of every virtual machine at one large cloud.
  '168.63.129.16/32',
])

/** All global unicast space there is; the rest of IPv6 is special or not given out. */
const GLOBAL_IPV6 = listOf('ipv6', ['2000::/3'])

const SPECIAL_IPV6 = listOf('ipv6', [
  // Protocol assignments (Teredo, ORCHID, benchmarks), documentation, 6to4, delegated relays.
  '2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20',
])

/** IPv4 as IPv6: mapped (RFC 4291 §2.5.5.2) and behind a translator (RFC 6052 §2.1). */
const WRAPPED_IPV4 = listOf('ipv6', ['::ffff:0:0/96 64:ff9b::/96'])

const LOOPBACK = listOf('ipv4', ['127.0.0.0/8'])
LOOPBACK.addAddress('::1', 'ipv6')

/** Whether this is not the address of a public host. Whatever is no plain IP address counts as special. */
export function isSpecialUse(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return SPECIAL_IPV4.check(address, 'ipv4')
  if (family !== 6 || address.includes('%')) return true
  if (WRAPPED_IPV4.check(address, 'ipv6')) return isSpecialUse(lastIpv4(address))
  return !GLOBAL_IPV6.check(address, 'ipv6') || SPECIAL_IPV6.check(address, 'ipv6')
}

/** Whether this is this machine. */
export const isLoopbackAddress = (address: string): boolean =>
  LOOPBACK.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')

/** The last 32 bits of an IPv6 address, as an IPv4 one. */
function lastIpv4(address: string): string {
  // The URL standard has one spelling for each address, in hexadecimal.
  const { hostname } = new URL(`http://[${address}]/`)
  const [low = 0, high = 0] = hostname
    .slice(1, -1)
    .split(':')
    .slice(-2)
    .reverse()
    .map((group) => Number.parseInt(group || '0', 16))
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

function listOf(family: 'ipv4' | 'ipv6', lines: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of lines.flatMap((line) => line.split(' '))) {
    const [net = '', prefix] = range.split('/')
    list.addSubnet(net, Number(prefix), family)
  }
  return list
}
