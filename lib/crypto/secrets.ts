import { createHmac, randomBytes, randomInt } from 'node:crypto'
import type { Secrets, TokenPrefix } from '@/lib/oauth/ports/ports'
import { newUserCode } from '@/lib/oauth/protocol/user-code'
import type { Keyring } from './keyring'

/** Random bytes are drawn for many at once: asking for them costs more than they do. */
const DRAWN = 4_096

/** Draws from a pool that is its own. No part of it is given out twice. */
function randomText(): (bytes: number) => string {
  let pool = Buffer.alloc(0)
  let used = 0
  return (bytes) => {
    if (used + bytes > pool.length) {
      pool = randomBytes(DRAWN)
      used = 0
    }
    const text = pool.toString('base64url', used, used + bytes)
    // Whoever reads the memory later finds nothing that was given out.
    pool.fill(0, used, used + bytes)
    used += bytes
    return text
  }
}

/**
 * Randomness and derived tokens. Everything minted is a known prefix followed by base64url, so that secret
 * scanners recognise it and clients that decode carelessly cannot break it. Decision 0006.
 */
export function secrets(keyring: Keyring): Secrets {
  const random = randomText()
  return {
    token: (prefix) => prefix + random(32),
    // As ids of rows, which it may become.
    id: () => random(16).replace(/^-/, '_'),
    userCode: () => newUserCode(randomInt),
    currentKeyId: () => keyring.currentId,
    deriveRefreshToken(presented, nonce, keyId) {
      const key = keyring.derive(keyId, 'refresh-token-successor')
      const prefix: TokenPrefix = 'vst_rt_'
      return prefix + createHmac('sha256', key).update(`${presented}\0${nonce}`).digest('base64url')
    },
  }
}
