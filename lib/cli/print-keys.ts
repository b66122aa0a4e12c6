import type { Scheduled } from '@/lib/crypto/key-schedule'
import type { PublicSigningKey } from '@/lib/crypto/signing-key'

/** A server's signing keys for people to read, in the order in which they sign. */
export function printKeys(keys: readonly Scheduled<PublicSigningKey>[]): string {
  if (keys.length === 0) return 'there is no key yet: the first one is made when it is needed'
  return keys.map((key) => `${key.state.padEnd(8)} ${key.kid}  ${describeTimes(key)}`).join('\n')
}

function describeTimes({ state, activatesAt, publishedUntil }: Scheduled<PublicSigningKey>): string {
  const verb = state === 'next' ? 'signs from' : 'signed from'
  const begin = `${verb} ${activatesAt.toISOString()}`
  return publishedUntil ? `${begin}, published until ${publishedUntil.toISOString()}` : begin
}
