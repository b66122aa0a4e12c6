import { X509Certificate } from 'node:crypto'
import { z } from 'zod'

/** Characters, and certificates. */
const MOST = { text: 32_768, certificates: 10 }

const BLOCK = /-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----/g

/** A certificate, for people. Its names are what its author wrote. */
export type ShownCertificate = {
  readonly name: string
  readonly validTo: Date
  readonly isAuthority: boolean
}

/** What is in a text of certificates in PEM; null when anything in it is none. */
export function readCertificates(pem: string): readonly ShownCertificate[] | null {
  const blocks = pem.match(BLOCK) ?? []
  if (blocks.length === 0 || blocks.length > MOST.certificates || pem.replace(BLOCK, '').trim() !== '')
    return null
  try {
    return blocks.map((block) => {
      const { subject, validTo, ca } = new X509Certificate(block)
      return { name: subject.replaceAll('\n', ', '), validTo: new Date(validTo), isAuthority: ca }
    })
  } catch {
    return null
  }
}

/** Certificates of private authorities, in PEM. Any other certificate would vouch for nothing. */
export const certificates = z
  .string()
  .max(MOST.text, 'not_certificates')
  .transform((pem) => pem.replaceAll('\r', '').trim())
  .refine((pem) => readCertificates(pem)?.every(({ isAuthority }) => isAuthority), 'not_certificates')
