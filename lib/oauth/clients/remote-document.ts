import type { StoredDocument } from '../ports/clients'
import type { Ports } from '../ports/ports'
import { ClientDocumentError } from '../protocol/client-document'
import { DOCUMENT_STALE_LIFETIME } from '../protocol/lifetimes'

/** What kind of document is expected. */
export type DocumentKind<T> = {
  /** Bytes. */
  readonly limit: number
  /** Throws for a document that is not acceptable: such a one is not kept. */
  readonly parse: (body: unknown) => T
  /** Seconds since it was fetched for which it stands in when it cannot be had; a week by default. */
  readonly staleFor?: number
  /** The client is known by its address, or an operator configured it: strangers' made-up addresses share nothing. */
  readonly isKnown: boolean
}

export type RemoteDocumentPorts = Pick<Ports, 'clientDocuments' | 'fetcher' | 'clock'>

/**
 * A document that a client publishes, from what is stored or else from where it lies. When it cannot be had, the
 * stored one goes on for a while (RFC 5861 §4); one that can be had and is wrong is an error at once.
 *
 * @param goodFor seconds since it was fetched for which the stored one will do; without it, as long as its own
 *   `Cache-Control` said
 * @throws ClientDocumentError `client_document_unreachable`, or what `parse` throws
 */
export async function loadDocument<T>(
  url: string,
  kind: DocumentKind<T>,
  ports: RemoteDocumentPorts,
  goodFor?: number,
): Promise<T> {
  const stored = await ports.clientDocuments.find(url)
  if (stored && isFresh(stored, ports.clock(), goodFor)) return kind.parse(stored.body)
  const fetched = await ports.fetcher.fetchJson(url, kind.limit, kind.isKnown)
  const now = ports.clock()
  if (fetched.outcome === 'fetched') {
    const parsed = kind.parse(fetched.body)
    const freshUntil = new Date(now.getTime() + fetched.freshFor * 1000)
    await ports.clientDocuments.save(url, { body: fetched.body, fetchedAt: now, freshUntil })
    return parsed
  }
  if (stored && isWithin(stored, now, kind.staleFor ?? DOCUMENT_STALE_LIFETIME))
    return kind.parse(stored.body)
  throw new ClientDocumentError(
    'client_document_unreachable',
    `the document of the client could not be fetched: ${fetched.problem}`,
    `${new URL(url).host} was asked for a document of the client: ${fetched.detail ?? fetched.problem}`,
  )
}

function isFresh(stored: StoredDocument, now: Date, goodFor: number | undefined): boolean {
  return goodFor === undefined ? stored.freshUntil > now : isWithin(stored, now, goodFor)
}

const isWithin = ({ fetchedAt }: StoredDocument, now: Date, seconds: number): boolean =>
  now.getTime() < fetchedAt.getTime() + seconds * 1000
