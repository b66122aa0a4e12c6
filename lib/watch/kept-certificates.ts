import { X509Certificate } from 'node:crypto'
import { readCertificates } from '@/lib/configuration/schema/certificates'
import type { WatchedConnection } from '@/lib/store/mail/connection-ends'
import { readSamlMetadata } from '@/lib/upstream/saml/metadata'

/**
 * When certificates end that were entered for a connection: of those that sign SAML assertions the last one, as providers
 * publish the next before they use it; and each private authority, but for those that others have replaced.
 */
export function keptEnds(
  { metadata, authorities }: Pick<WatchedConnection, 'metadata' | 'authorities'>,
  now: Date,
): readonly Date[] {
  const trusted = (authorities === null ? [] : (readCertificates(authorities) ?? [])).map(
    ({ validTo }) => validTo,
  )
  const good = trusted.filter((end) => end > now)
  const signing = metadata === null ? undefined : signingEnd(metadata)
  return [...(signing ? [signing] : []), ...(good.length > 0 ? good : trusted)]
}

/** When the last of the certificates ends that sign the assertions of a SAML provider. */
export function signingEnd(metadata: string): Date | undefined {
  const ends = (readSamlMetadata(metadata)?.certificates ?? []).flatMap((certificate) => {
    try {
      return [new Date(new X509Certificate(Buffer.from(certificate, 'base64')).validTo)]
    } catch {
      return []
    }
  })
  return ends.toSorted((a, b) => b.getTime() - a.getTime())[0]
}
