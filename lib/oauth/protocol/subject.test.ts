import { expect, it } from 'vitest'
import { keyring } from '@/lib/crypto/keyring'
import { secrets } from '@/lib/crypto/secrets'
import { newId } from '@/lib/store/database/ids'
import { looksLikeUserId, subjectOf } from './subject'

it('is the user, and the client where there is none', () => {
  expect(subjectOf({ userId: 'u', clientId: 'c' })).toBe('u')
  expect(subjectOf({ clientId: 'c' })).toBe('c')
})

it('knows every id that we give to a user', () => {
  for (let i = 0; i < 100; i++) expect(looksLikeUserId(newId())).toBe(true)
  const { id } = secrets(keyring([{ id: 'k1', key: Buffer.alloc(32) }]))
  expect(looksLikeUserId(id())).toBe(true)
  for (const other of ['nightly-build', 'a'.repeat(21), 'a'.repeat(23), `${'a'.repeat(21)}.`])
    expect(looksLikeUserId(other)).toBe(false)
})
