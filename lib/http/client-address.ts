import { isIP } from 'node:net'

/**
 * Where `server.ts` leaves the client's address for the endpoints. It removes what a client sends under this name, so
 * the value is always ours.
 */
export const ADDRESS_HEADER = 'x-vestibule-client-address'

/** What counts as one visitor: an IPv4 address, or the /64 that an IPv6 network hands its hosts. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
  if (isIP(plain) !== 6) return plain
  const [head = ''] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::')
  const groups = head.split(':').slice(0, 4)
  return `${[...groups, '0', '0', '0', '0'].slice(0, 4).join(':')}::/64`
}
