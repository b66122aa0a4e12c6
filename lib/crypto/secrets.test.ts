import { describe, expect, it } from 'vitest'
import { keyring, MissingKey } from './keyring'
import { secrets } from './secrets'

const OLD = { id: 'old', key: Buffer.alloc(32, 1) }
const NEW = { id: 'new', key: Buffer.alloc(32, 2) }
const before = secrets(keyring([OLD]))
const after = secrets(keyring([NEW, OLD]))
const PRESENTED = 'vst_rt_presented'

describe('secrets', () => {
  it.each(['vst_code_', 'vst_at_', 'vst_rt_', 'vst_cs_', 'vst_rs_'] as const)(
    'mints %s with 256 random bits in base64url',
    (prefix) => {
      const tokens = Array.from({ length: 100 }, () => before.token(prefix))
      expect(new Set(tokens).size).toBe(100)
      for (const token of tokens) {
        expect(token.startsWith(prefix)).toBe(true)
        expect(token.slice(prefix.length)).toMatch(/^[A-Za-z0-9_-]{43}$/)
      }
    },
  )

  it('makes ids of 128 random bits [PX-11 CL-2]', () => {
    const ids = Array.from({ length: 100 }, () => before.id())
    expect(new Set(ids).size).toBe(100)
    expect(ids.every((id) => /^[A-Za-z0-9_-]{22}$/.test(id))).toBe(true)
  })
})

describe('the successor of a refresh token', () => {
  it('is the same for a retry, in every process', () => {
    const successor = before.deriveRefreshToken(PRESENTED, 'nonce', 'old')
    expect(successor).toMatch(/^vst_rt_[A-Za-z0-9_-]{43}$/)
    expect(secrets(keyring([OLD])).deriveRefreshToken(PRESENTED, 'nonce', 'old')).toBe(successor)
  })

  it('survives a change of keys in between', () => {
    expect(after.currentKeyId()).toBe('new')
    expect(after.deriveRefreshToken(PRESENTED, 'nonce', 'old')).toBe(
      before.deriveRefreshToken(PRESENTED, 'nonce', 'old'),
    )
  })

  it('is another one for another token, nonce or key', () => {
    const successors = [
      after.deriveRefreshToken(PRESENTED, 'nonce', 'old'),
      after.deriveRefreshToken(`${PRESENTED}x`, 'nonce', 'old'),
      after.deriveRefreshToken(PRESENTED, 'other', 'old'),
      after.deriveRefreshToken(PRESENTED, 'nonce', 'new'),
    ]
    expect(new Set(successors).size).toBe(4)
  })

  it('cannot be moved across the border between token and nonce', () => {
    expect(before.deriveRefreshToken('vst_rt_ab', 'c', 'old')).not.toBe(
      before.deriveRefreshToken('vst_rt_a', 'bc', 'old'),
    )
  })

  it('needs its key', () => {
    expect(() => before.deriveRefreshToken(PRESENTED, 'nonce', 'new')).toThrow(MissingKey)
  })
})
