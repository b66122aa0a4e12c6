import type { DiscoveryOrder } from './client-discovery'

/**
 * How clients in the field discover, register, ask, exchange and leave: the shapes of their requests, nothing of their
 * code. They change rarely, and what they have in common is what a server may not refuse. A new client is one more
 * object in `client-profiles.ts`; `played-client.ts` does as it says.
 */
export type ClientProfile = {
  readonly name: string
  /** The origin of a client that is a web page: its browser asks us before each request (CORS). */
  readonly page?: string
  /** By the book, unless told otherwise. */
  readonly discovery?: DiscoveryOrder
  readonly identification: Identification
  /** The redirect URI of the login; one that was registered, or a loopback one with another port. */
  readonly redirectUri: string
  readonly authorize: {
    /** Left out: no scope is sent. */
    readonly scope?: ScopeChoice
    readonly resource: boolean
    readonly extra?: Readonly<Record<string, string>>
  }
  readonly token: { readonly authentication: Authentication; readonly resource: boolean }
  readonly refresh: { readonly resource: boolean; readonly scope?: 'granted' }
  /** Authentication when it revokes, where that is not as at the token endpoint. */
  readonly revocation?: Authentication
}

/** How the client gets its `client_id`. */
export type Identification =
  /** It registers: the body of the request (RFC 7591 §3.1). */
  | { readonly registration: Readonly<Record<string, unknown>> }
  /** Its id is the address of a document that is well known (CIMD). */
  | { readonly address: string }
  /** The same with a document that the test publishes, and keys that the test has. */
  | { readonly document: Readonly<Record<string, unknown>> }

/** Where the scope comes from: the resource's metadata, the authorization server's, or both halves of the first. */
export type ScopeChoice = 'resource' | 'resource and offline_access' | 'authorization server'

/**
 * How it proves who it is. The header comes in three kinds: raw, with everything percent-encoded down to the hyphen,
 * and with the `client_id` once more in the body.
 */
export type Authentication =
  | 'none'
  | 'client_secret_post'
  | 'client_secret_basic'
  | 'client_secret_basic, encoded'
  | 'client_secret_basic and client_id'
  | 'private_key_jwt'

/** What most of them register. */
export const codeAndRefresh = {
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
}
export const publicClient = { ...codeAndRefresh, token_endpoint_auth_method: 'none' }

/** Public, with the resource in each request. */
export const everywhere = {
  token: { authentication: 'none', resource: true },
  refresh: { resource: true },
} as const

/** The same, though not when it refreshes. */
export const untilRefresh = {
  token: { authentication: 'none', resource: true },
  refresh: { resource: false },
} as const

/** At the authorization endpoint at most. */
export const atFirst = {
  token: { authentication: 'none', resource: false },
  refresh: { resource: false },
} as const
