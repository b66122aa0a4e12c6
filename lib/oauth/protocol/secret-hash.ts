import { hash, timingSafeEqual } from 'node:crypto'

/** SHA-256 in hex: how codes, tokens, states and client secrets are stored. All of them are 256-bit random values. */
export function hashSecret(secret: string): string {
  return hash('sha256', secret)
}

/** Compares two strings without telling by its timing where they differ. */
export function equalSecrets(a: string, b: string): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'))
}

/**
 * What the successor of a refresh token is derived from besides the token and a key: the random id of the client's row,
 * which is known only here, so that token and key alone lead to no successor. The caller that presents the token knows
 * it before the row was read. Decision 0061.
 */
export function successorNonce(token: string, clientRowId: string): string {
  return hash('sha256', `${token}\0${clientRowId}`, 'buffer').toString('base64url', 0, 16)
}
