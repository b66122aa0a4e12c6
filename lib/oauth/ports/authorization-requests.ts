import type { AuthorizationRequest, Client, Connection, LoginAttempt, Server } from '@/lib/oauth/model'
import type { TimelineEvent } from '@/lib/oauth/timeline'
import type { Brand } from './brand'
import type { RememberedVersions } from './tokens'
import type { ReadConnection } from './upstream'

export type NewAuthorizationRequest = Omit<
  AuthorizationRequest,
  'id' | 'reference' | 'consentedAt' | 'rememberedFor' | 'assumedScope' | 'grantId' | 'createdAt'
> & {
  /** The pushed request it came of: not good any more once the user has answered. */
  readonly pushedRequestHash?: string
  /** As it was drawn before. */
  readonly id?: string
}

/** A request that never became one: shown to the user, kept for the operator. */
export type RefusedRequest = {
  readonly serverId: string
  /** As presented, cut to 200 characters. */
  readonly clientId?: string
  readonly event: TimelineEvent
}

/** What Allow writes: the login attempt that begins with it, and the request's new expiry. */
export type AllowedLogin = {
  readonly attempt: LoginAttempt
  readonly expiresAt: Date
  readonly event: TimelineEvent
}

/** A request with the server and client that it is of. */
export type OpenRequest = {
  readonly request: AuthorizationRequest
  readonly server: Server
  readonly client: Client
}

/** One whose login goes on at its connection; null where that is gone. */
export type UnderWay = OpenRequest & { readonly read: ReadConnection | null }

export type AuthorizationRequests = {
  /** Draws the id of a request that is about to be created, so that something else can be kept for it meanwhile. */
  draw(): string
  create(request: NewAuthorizationRequest, event: TimelineEvent): Promise<AuthorizationRequest>
  /**
   * The same for one that was not pushed and is of no device, where server and client are as they are remembered; null
   * otherwise, with nothing written. Decision 0052.
   */
  createRemembered(
    request: NewAuthorizationRequest,
    remembered: RememberedVersions,
    event: TimelineEvent,
  ): Promise<AuthorizationRequest | null>
  /** Keeps a refused request for the operator and returns the reference that finds it. */
  refuse(request: RefusedRequest): Promise<string>
  /** Null when unknown, expired, denied or over, or when its server or client is gone. */
  findOpen(id: string, now: Date): Promise<OpenRequest | null>
  /**
   * The same with what else the consent page shows, and a line on the timeline that it was; null also when the connection
   * is gone, and where no page may be shown (`prompt=none`).
   */
  show(
    id: string,
    event: TimelineEvent,
  ): Promise<(OpenRequest & { readonly connection: Connection; readonly brand: Brand | null }) | null>
  /** The reference, also of a request that has ended; null when unknown. */
  findReference(id: string): Promise<string | null>
  /**
   * Records Allow together with a fresh login attempt, which replaces an earlier one, and extends the expiry.
   * Null when the request is unknown, expired, denied or over.
   */
  allow(
    id: string,
    decision: AllowedLogin & { readonly assumedScope?: readonly string[] },
  ): Promise<UnderWay | null>
  /**
   * The same, where this user's earlier answer stands in for Allow: only before any other answer, and only once. Null
   * when it may not.
   */
  remember(id: string, userId: string, decision: AllowedLogin): Promise<UnderWay | null>
  /**
   * Takes back the consent of this attempt, so that the page is shown again, and extends the expiry. Null when the
   * request has ended or has a later attempt.
   */
  repromptConsent(
    id: string,
    lapsed: { readonly attemptId: string; readonly expiresAt: Date; readonly event: TimelineEvent },
  ): Promise<AuthorizationRequest | null>
  /** Records Deny and ends the request. Null when it was over already. */
  deny(id: string, event: TimelineEvent): Promise<AuthorizationRequest | null>
  /**
   * Takes the login attempt with this state, and does the work that it is taken for: for exactly one of any number of
   * concurrent callers, and never again. Null when unknown, taken, expired, made for another connection, or before
   * consent, or when its server or client is gone.
   *
   * @throws StoreUnavailable when it was not taken, or is given back: the same state may come again
   */
  takeAttempt<T>(
    stateHash: string,
    connectionId: string,
    now: Date,
    work: (taken: UnderWay & { readonly attempt: LoginAttempt }) => Promise<T>,
  ): Promise<{ readonly result: T } | null>
  /** Nobody was told what became of the login attempt with this state, which was taken. */
  markUntold(stateHash: string): Promise<void>
  /**
   * The request whose login attempt with this state was taken by an instance that died before it could answer, or of which
   * nobody was told; null where it answered.
   *
   * @throws StoreUnavailable while that is not known
   */
  findTaken(stateHash: string, connectionId: string): Promise<AuthorizationRequest | null>
  /** Ends the request with a failure. Null when it was over already. */
  fail(id: string, event: TimelineEvent): Promise<AuthorizationRequest | null>
  /** Adds a line to the timeline. */
  record(id: string, event: TimelineEvent): Promise<void>
}
