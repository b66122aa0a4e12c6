import type { Upstream } from '@/lib/oauth/ports/upstream'
import type { UpstreamHttp } from './upstream-http'

/** Dependencies of every kind of connection, in addition to its configuration. */
export type UpstreamContext = {
  readonly http: UpstreamHttp
  /** Our own callback for this connection, as registered at the identity provider. */
  readonly callbackUrl: string
  readonly clock: () => Date
  /** Where groups are that tokens of an issuer only point at. */
  readonly graphOf?: (issuer: string) => string | undefined
}

/** What {@link Upstream.begin} is given. */
export type LoginRequest = Parameters<Upstream['begin']>[1]

/** What {@link Upstream.complete} compares the answer with. */
export type ExpectedLogin = Parameters<Upstream['complete']>[2]

/** What {@link Upstream.complete} establishes. */
export type EstablishedLogin = Awaited<ReturnType<Upstream['complete']>>

/** What {@link Upstream.refresh} refreshes. */
export type HeldTokens = Parameters<Upstream['refresh']>[1]

/** What {@link Upstream.revoke} revokes. */
export type RevocableTokens = Parameters<Upstream['revoke']>[1]
