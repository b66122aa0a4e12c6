import { expect, it } from 'vitest'
import { makeAuthority } from '@/lib/upstream/test-support/certificates'
import { certificates, readCertificates } from './certificates'

const authority = makeAuthority()

it('takes certificates of authorities, and says who they are and when they end', () => {
  const pem = certificates.parse(`${authority.cert.replaceAll('\n', '\r\n')}\n${makeAuthority().cert}`)
  expect(readCertificates(pem)).toHaveLength(2)
  const [first] = readCertificates(authority.cert) ?? []
  expect(first).toMatchObject({ name: expect.stringMatching(/^CN=Authority/), isAuthority: true })
  expect(first!.validTo.getTime()).toBeGreaterThan(Date.now())
})

it.each([
  ['a key beside it', `${authority.cert}${authority.issue().key}`],
  ['a certificate that is no authority', authority.issue().cert],
  ['text', 'no certificate'],
  ['nothing', ''],
  ['a broken one', authority.cert.replace(/[A-Za-z]{20}/, 'A'.repeat(20))],
  ['too many', makeAuthority().cert.repeat(11)],
])('refuses %s', (_, pem) => {
  expect(certificates.safeParse(pem).success).toBe(false)
})
