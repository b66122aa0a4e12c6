import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { keyring, MissingKey } from './keyring'
import { sealedWith, sealer } from './seal'

const OLD = { id: 'old', key: randomBytes(32) }
const NEW = { id: 'new', key: randomBytes(32) }
const before = sealer(keyring([OLD]))
const after = sealer(keyring([NEW, OLD]))
const CONTEXT = 'connections:1:client_secret'

describe('sealer', () => {
  it.each(['a secret', '', 'Grüße, 世界 🔑', 'x'.repeat(100_000)])('opens what it sealed', (plaintext) => {
    expect(before.open(before.seal(plaintext, CONTEXT), CONTEXT)).toBe(plaintext)
  })

  it('never seals the same twice, and shows nothing of it', () => {
    const sealed = Array.from({ length: 100 }, () => before.seal('a secret', CONTEXT))
    expect(new Set(sealed).size).toBe(100)
    expect(sealed.some((value) => value.includes('a secret'))).toBe(false)
  })

  it('opens nothing in another place than where it was sealed [AS-32]', () => {
    const sealed = before.seal('a secret', CONTEXT)
    for (const elsewhere of ['connections:2:client_secret', 'connections:1:client_secre', ''])
      expect(() => before.open(sealed, elsewhere)).toThrow()
  })

  it('notices a change of any byte', () => {
    const sealed = before.seal('a secret', CONTEXT)
    const bytes = Buffer.from(sealed.slice('old.'.length), 'base64url')
    for (let index = 0; index < bytes.length; index++) {
      const altered = Buffer.from(bytes)
      altered[index] = (altered[index] ?? 0) ^ 1
      expect(() => before.open(`old.${altered.toString('base64url')}`, CONTEXT)).toThrow()
    }
  })

  it('notices what was cut off or added', () => {
    const sealed = before.seal('a secret', CONTEXT)
    const bytes = Buffer.from(sealed.slice('old.'.length), 'base64url')
    for (const altered of [
      bytes.subarray(0, -1),
      bytes.subarray(0, 27),
      Buffer.alloc(0),
      Buffer.concat([bytes, bytes]),
    ])
      expect(() => before.open(`old.${altered.toString('base64url')}`, CONTEXT)).toThrow()
  })

  it('says which key is missing', () => {
    const sealed = sealer(keyring([NEW])).seal('a secret', CONTEXT)
    expect(sealedWith(sealed)).toBe('new')
    expect(() => before.open(sealed, CONTEXT)).toThrow(MissingKey)
  })

  it('does not open with another key of the same id', () => {
    const impostor = sealer(keyring([{ id: 'old', key: randomBytes(32) }]))
    expect(() => impostor.open(before.seal('a secret', CONTEXT), CONTEXT)).toThrow()
  })

  it('does not open under another id of the same key', () => {
    const twin = sealer(keyring([NEW, { id: 'twin', key: NEW.key }, OLD]))
    const sealed = before.seal('a secret', CONTEXT)
    expect(() => twin.open(sealed.replace('old.', 'new.'), CONTEXT)).toThrow()
  })
})

describe('a change of keys', () => {
  it('opens what the old key sealed, and seals with the new one', () => {
    expect(after.open(before.seal('a secret', CONTEXT), CONTEXT)).toBe('a secret')
    expect(sealedWith(after.seal('a secret', CONTEXT))).toBe('new')
  })
})
