/** What the core needs of the outside to know its clients. The same terms as in `ports.ts`. */
import type { Claims, Client, JsonMembers } from '@/lib/oauth/model'
import type { ClientJwk } from '@/lib/oauth/protocol/client-keys'
import type { TimelineEvent } from '@/lib/oauth/timeline'

export type NewClient = Omit<Client, 'id' | 'createdAt' | 'blockedAt' | 'askedAt' | 'firstTokenAt'> & {
  /** Everything the client registered, as it came, for the operator's eyes. */
  readonly metadata: JsonMembers
  /** SHA-256 (hex) of the token that manages the registration (RFC 7592 §3). */
  readonly registrationTokenHash?: string
  /** The network it registered from, as far as one is kept. */
  readonly registeredFrom?: string
}

/** What a server has room for, of registrations that wait for their first token. */
export type RegistrationRoom = {
  readonly quota: number
  /** How many of them one network may hold. */
  readonly share: number
  /** Who asks. */
  readonly network: string | undefined
  readonly now: Date
  /** Those made before may have to make room. */
  readonly replaceable: Date
  /** Of a remembered server: nothing is registered where it has changed. */
  readonly serverVersion?: number
}

export type Clients = {
  /** Null when unknown or deleted. */
  find(serverId: string, clientId: string): Promise<Client | null>
  findByRowId(id: string): Promise<Client | null>
  /**
   * Registers a client where there is room in the quota and in its network's share, or where old registrations now make
   * room, of this network where its share is what is full. Only a login with consent, or one that was completed, protects
   * a registration from that. However many register at once, on any number of instances, there are never more.
   *
   * @returns when it was registered; null without room
   * @throws Unconfirmed when nothing was registered since the remembered server may have changed
   */
  registerWithin(client: NewClient, room: RegistrationRoom): Promise<Date | null>
  /** Registers a client whatever the quota. */
  register(client: NewClient): Promise<Client>
  /**
   * Enters the client in the list of those that wait for an administrator, with an entry in the audit log, unless it is
   * there, is decided about, or the list or the network's share of it is full. Concurrent callers may overshoot by as
   * many as they are.
   */
  ask(client: Client, network: string | undefined, now: Date): Promise<void>
  /** The client has used its secret: from now on nothing else is good. */
  confirmSecret(id: string): Promise<void>
  /**
   * Keeps what a metadata document says of a client, so that grants can hang on it: a new row, or the row of the same
   * `client_id` brought up to date. Fails when the id is that of a client known in another way.
   */
  remember(client: NewClient & { readonly kind: 'metadata_document' }): Promise<Client>
}

/** A registration and the right to manage it (RFC 7592 §2). */
export type RegistrationKey = {
  readonly serverId: string
  readonly clientId: string
  /** SHA-256 (hex) of the registration access token. */
  readonly tokenHash: string
}

/** What a client may replace of its registration. */
export type RegisteredFacts = Omit<
  NewClient,
  'serverId' | 'clientId' | 'kind' | 'uri' | 'registrationTokenHash' | 'registeredFrom' | 'approvedAt'
>

/**
 * Registered clients as they manage themselves (RFC 7592). A wrong key, a client of another kind, an unknown and a
 * deleted one all find nothing, indistinguishably.
 */
export type Registrations = {
  find(
    key: RegistrationKey,
  ): Promise<{ readonly client: Client; readonly metadata: NewClient['metadata'] } | null>
  /**
   * Replaces everything that the client registered, where its secret still is `secretHash`. With `ending`, ends its
   * open authorization requests as well; with `asksAt`, it waits for an administrator again. Null when nothing was
   * replaced.
   */
  replace(
    key: RegistrationKey,
    facts: RegisteredFacts,
    expected: {
      readonly secretHash: string | undefined
      readonly ending?: TimelineEvent
      readonly asksAt?: Date
    },
  ): Promise<Client | null>
  /**
   * Ends the client for ever, with its grants, consents and open authorization requests; its `client_id` is not given
   * out again. Their timelines stay. False when there was nothing to delete.
   */
  delete(key: RegistrationKey, ending: TimelineEvent): Promise<boolean>
}

/** A client's document or key set, as it was fetched last. */
export type StoredDocument = {
  readonly body: unknown
  readonly fetchedAt: Date
  /** Until then it counts as fresh (RFC 9111 §4.2). */
  readonly freshUntil: Date
}

/** Documents of clients, shared by all instances: public, and worth only what parsing says of them. */
export type ClientDocuments = {
  find(url: string): Promise<StoredDocument | null>
  /** Replaces what was stored; of two, the one that was fetched later stays. */
  save(url: string, document: StoredDocument): Promise<void>
}

/** Why nothing could be fetched, for programs. */
export type FetchFailure =
  | 'address_unusable'
  | 'not_https'
  | 'host_unknown'
  | 'host_not_public'
  | 'connection_refused'
  | 'unreachable'
  | 'certificate'
  | 'timed_out'
  | 'redirected'
  | 'not_found'
  | 'status'
  | 'not_json'
  | 'too_large'
  | 'asked_too_often'

/** `problem` may be shown to clients; `detail` is for the operator, because it may reveal our network. */
export type FetchedJson =
  | { readonly outcome: 'fetched'; readonly body: unknown; readonly freshFor: number }
  | {
      readonly outcome: 'failed'
      readonly failure: FetchFailure
      readonly problem: string
      readonly detail?: string
    }

/** Reads from untrusted addresses. */
export type Fetcher = {
  /**
   * One JSON document of at most `maxBytes`, with the seconds for which it stays fresh. Goes to public https addresses
   * only, follows no redirect, and asks no host too often; never throws.
   *
   * @param isKnown the document was had before, or an operator named it: it does not share the budget of addresses that
   *   strangers make up
   */
  fetchJson(url: string, maxBytes: number, isKnown?: boolean): Promise<FetchedJson>
}

/** Ids of assertions, each good once (RFC 7523 §3). */
export type AssertionIds = {
  /**
   * Runs work that the id is spent for: for exactly one of any number of callers until `expiresAt`. Null, and nothing
   * done, where it was used before. It is good again where the work rejects, or its instance dies. Expired ids go by
   * themselves.
   *
   * @throws StoreUnavailable also while it is not known whether an earlier use was answered
   */
  spend<T>(idHash: string, expiresAt: Date, work: () => Promise<T>): Promise<{ readonly result: T } | null>
}

/** Verifies what clients signed. */
export type AssertionVerifier = {
  /**
   * The payload of a compact JWS when one of these keys signed it with this algorithm; null otherwise. Checks no claim.
   */
  verify(jwt: string, algorithm: string, keys: readonly ClientJwk[]): Promise<Claims | null>
}
