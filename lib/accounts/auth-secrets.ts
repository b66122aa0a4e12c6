import { createHash } from 'node:crypto'
import type { Keyring } from '@/lib/crypto/keyring'

/** Secrets of a better-auth instance: the current key encrypts and signs, the others still open what they encrypted. */
export function authSecrets(keyring: Keyring, purpose: string) {
  const secrets = keyring.ids.map((id) => ({
    version: createHash('sha256').update(id).digest().readUInt32BE(),
    value: keyring.derive(id, purpose).toString('base64url'),
  }))
  return { secret: secrets[0]?.value ?? '', secrets }
}
