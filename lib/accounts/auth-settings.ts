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

/** On https the cookies of an instance have the prefix `__Host-`: no host beside ours can set one for us. */
export function hostCookies(publicUrl: string, prefix: string) {
  const secure = publicUrl.startsWith('https:')
  return {
    cookiePrefix: secure ? `__Host-${prefix}` : prefix,
    // The prefix is ours to choose: the library would put `__Secure-` before it.
    useSecureCookies: false,
    defaultCookieAttributes: { secure, path: '/' },
  }
}
