import { createHash, timingSafeEqual } from 'node:crypto'

/** SHA-256 in hex: how codes, tokens, states and client secrets are stored. All of them are 256-bit random values. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Compares two strings without telling by its timing where they differ. */
export function equalSecrets(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest())
}
