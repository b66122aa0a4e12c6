import { randomBuffer, randomText } from '@/lib/crypto/random'

/** Crockford's base 32: no I, L, O and U, which are misread or misheard. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A row's id: 16 random bytes in base64url. A hyphen at its beginning would make it an option on the command line. */
export function newId(): string {
  return randomText(16).replace(/^-/, '_')
}

/** What a user reads to the operator, such as `7K3M-Q0ZT`. Names a request and grants nothing. */
export function newReference(): string {
  const letters = Array.from(randomBuffer(8), (byte) => ALPHABET[byte % 32]).join('')
  return `${letters.slice(0, 4)}-${letters.slice(4)}`
}
