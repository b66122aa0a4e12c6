import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { keyring } from '@/lib/crypto/keyring'
import { secrets } from '@/lib/crypto/secrets'
import { newId } from './ids'

const { id } = secrets(keyring([{ id: 'k1', key: randomBytes(32) }]))

it.each([
  ['of rows', newId],
  ['of the core', id],
])('ids %s can be given to commands: none looks like an option', (_, make) => {
  // One in 64 would, left to itself.
  for (let count = 0; count < 2_000; count++) expect(make()).toMatch(/^\w[\w-]{21}$/)
})
