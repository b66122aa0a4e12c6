import { createHmac, randomInt } from 'node:crypto'
import type { Secrets, TokenPrefix } from '@/lib/oauth/ports/ports'
import { newUserCode } from '@/lib/oauth/protocol/user-code'
import type { Keyring } from './keyring'
import { randomText } from './random'

/**
 * Randomness and derived tokens. Everything minted is a known prefix followed by base64url, so that secret
 * scanners recognise it and clients that decode carelessly cannot break it. Decision 0006.
 */
export function secrets(keyring: Keyring): Secrets {
  return {
    token: (prefix) => prefix + randomText(32),
    // As ids of rows, which it may become.
    id: () => randomText(16).replace(/^-/, '_'),
    userCode: () => newUserCode(randomInt),
    currentKeyId: () => keyring.currentId,
    deriveRefreshToken(presented, nonce, keyId) {
      const key = keyring.derive(keyId, 'refresh-token-successor')
      const prefix: TokenPrefix = 'vst_rt_'
      return prefix + createHmac('sha256', key).update(`${presented}\0${nonce}`).digest('base64url')
    },
  }
}
