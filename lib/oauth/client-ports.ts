/** What the core needs of the outside to know its clients. The same terms as in `ports.ts`. */
import type { Client } from './model'
import type { ClientJwk } from './protocol/client-keys'

export type NewClient = Omit<Client, 'id' | 'createdAt'> & {
  /** Everything the client registered, as it came, for the operator's eyes. */
  readonly metadata: Readonly<Record<string, unknown>>
}

export type Clients = {
  find(serverId: string, clientId: string): Promise<Client | null>
  findByRowId(id: string): Promise<Client | null>
  register(client: NewClient): Promise<Client>
  /**
   * Keeps what a metadata document says of a client, so that grants can hang on it: a new row, or the row of the same
   * `client_id` brought up to date. Fails when the id is that of a client known in another way.
   */
  remember(client: NewClient & { readonly kind: 'metadata_document' }): Promise<Client>
}

/** A client's document or key set, as it was fetched last. */
export type StoredDocument = {
  readonly body: unknown
  readonly fetchedAt: Date
  /** Until then it is as good as fetched (RFC 9111 §4.2). */
  readonly freshUntil: Date
}

/** Documents of clients, shared by all instances: public, and worth only what parsing says of them. */
export type ClientDocuments = {
  find(url: string): Promise<StoredDocument | null>
  /** Replaces what was stored; of two, the one that was fetched later stays. */
  save(url: string, document: StoredDocument): Promise<void>
}

/** `problem` may be shown to anybody; `detail` is for the operator: a stranger must not learn of our network. */
export type FetchedJson =
  | { readonly outcome: 'fetched'; readonly body: unknown; readonly freshFor: number }
  | { readonly outcome: 'failed'; readonly problem: string; readonly detail?: string }

/** Reads from addresses that strangers choose. */
export type Fetcher = {
  /**
   * One JSON document of at most `maxBytes`, with the seconds for which it stays fresh. Goes to public https addresses
   * only, follows no redirect, and asks no host too often; never throws.
   */
  fetchJson(url: string, maxBytes: number): Promise<FetchedJson>
}

/** Ids of client assertions, each good once (RFC 7523 §3). */
export type AssertionIds = {
  /** True for exactly one of any number of callers until `expiresAt`. Expired ids go by themselves. */
  use(idHash: string, expiresAt: Date, now: Date): Promise<boolean>
}

/** Verifies what clients signed. */
export type AssertionVerifier = {
  /**
   * The payload of a compact JWS when one of these keys signed it with this algorithm; null otherwise. Checks no claim.
   */
  verify(
    jwt: string,
    algorithm: string,
    keys: readonly ClientJwk[],
  ): Promise<Readonly<Record<string, unknown>> | null>
}
