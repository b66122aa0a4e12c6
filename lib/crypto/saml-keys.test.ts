import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto'
import { expect, it } from 'vitest'
import { keyring } from './keyring'
import { samlKeys } from './saml-keys'

const KEY = { id: 'k1', key: randomBytes(32) }
const NEXT = { id: 'k2', key: randomBytes(32) }
const NOW = new Date('2026-06-01T00:00:00Z')
const YEARS = 365 * 24 * 3600_000

it('are the same wherever the installation’s key is, and another for each connection', async () => {
  const key = await samlKeys(keyring([KEY])).signing('conn-1', NOW)
  // What is remembered in this process is under another name.
  const elsewhere = samlKeys(keyring([{ ...KEY, id: 'renamed' }]))
  expect(await elsewhere.signing('conn-1', NOW)).toEqual(key)
  expect((await elsewhere.signing('conn-2', NOW)).certificate).not.toBe(key.certificate)
  expect((await samlKeys(keyring([NEXT])).signing('conn-1', NOW)).certificate).not.toBe(key.certificate)
})

it('have certificates that X.509 readers know, of RSA keys with 2048 bits', async () => {
  const { privateKey, certificate } = await samlKeys(keyring([KEY])).signing('conn-1', NOW)
  const read = new X509Certificate(Buffer.from(certificate, 'base64'))
  expect(read.checkPrivateKey(createPrivateKey(privateKey))).toBe(true)
  expect(read.verify(read.publicKey)).toBe(true)
  expect(read.subject).toBe('CN=Vestibule conn-1')
  expect(read.publicKey.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048, publicExponent: 65537n })
  expect(new Date(read.validFrom) < NOW && NOW < new Date(read.validTo)).toBe(true)
})

it('change by themselves, and the next one is published before it signs', async () => {
  const keys = samlKeys(keyring([KEY]))
  const published = await keys.published('conn-1', NOW)
  const later = new Date(NOW.getTime() + 2 * YEARS)
  const [now, then] = await Promise.all([keys.signing('conn-1', NOW), keys.signing('conn-1', later)])
  expect(published).toEqual([now.certificate, then.certificate])
  expect(then.certificate).not.toBe(now.certificate)
})

it('of a new key of the installation are published as soon as it stands behind the first one', async () => {
  const published = await samlKeys(keyring([KEY, NEXT])).published('conn-1', NOW)
  const { certificate } = await samlKeys(keyring([NEXT, KEY])).signing('conn-1', NOW)
  expect(published).toHaveLength(4)
  expect(published).toContain(certificate)
})
