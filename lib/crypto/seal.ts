import { createCipheriv, createDecipheriv } from 'node:crypto'
import { type ConnectionKeys, connectionKeys } from './connection-keys'
import type { Keyring } from './keyring'
import { randomBuffer } from './random'
import { type SamlKeys, samlKeys } from './saml-keys'

/** Encrypts what must be read again: upstream tokens, connection secrets, signing keys. */
export type Sealer = {
  /** @param context where the value is stored; it cannot be opened for another place (AES-GCM additional data) */
  seal(plaintext: string, context: string): string
  /**
   * @throws MissingKey when the key is not configured
   * @throws Error when the value was altered or moved from where it was sealed
   */
  open(sealed: string, context: string): string
  /** What is not stored, but derived from the same keys. */
  readonly connectionKeys: ConnectionKeys
  readonly samlKeys: SamlKeys
}

const PURPOSE = 'seal'

/** The key id in front of a sealed value. */
export function sealedWith(sealed: string): string {
  return sealed.slice(0, sealed.indexOf('.'))
}

/** AES-256-GCM under the keyring's current key. The format is `keyId.base64url(nonce ‖ tag ‖ ciphertext)`. */
export function sealer(keyring: Keyring): Sealer {
  return {
    connectionKeys: connectionKeys(keyring),
    samlKeys: samlKeys(keyring),
    seal(plaintext, context) {
      const nonce = randomBuffer(12)
      const cipher = createCipheriv('aes-256-gcm', keyring.derive(keyring.currentId, PURPOSE), nonce)
      cipher.setAAD(Buffer.from(context))
      const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()])
      return `${keyring.currentId}.${Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]).toString('base64url')}`
    },
    open(sealed, context) {
      const keyId = sealedWith(sealed)
      const bytes = Buffer.from(sealed.slice(keyId.length + 1), 'base64url')
      const decipher = createDecipheriv(
        'aes-256-gcm',
        keyring.derive(keyId, PURPOSE),
        bytes.subarray(0, 12),
        {
          authTagLength: 16,
        },
      )
      decipher.setAAD(Buffer.from(context))
      decipher.setAuthTag(bytes.subarray(12, 28))
      return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
    },
  }
}
