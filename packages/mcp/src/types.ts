import type { JWTPayload } from 'jose'
import type { Surroundings } from './authorization-server'
import type { ToolScopes } from './calls'
import type { Refusal } from './challenge'
import type { Unavailable } from './errors'
import type { WithoutFeed } from './revocations'
import type { Credentials, UpstreamToken } from './token-endpoint'
import type { AuthInfo, User } from './user'

export type VerifierOptions<Claims = JWTPayload> = {
  /** The authorization server whose tokens count, exactly as it names itself. */
  readonly issuer: string
  /** This MCP server's identifier: the audience that a token must name, exactly so. Usually its URL. */
  readonly resource: string
  /** Scopes without which no request is served. */
  readonly scopes?: readonly string[]
  /** Scopes that single tools need besides: `{ delete_file: ['files:write'] }`. */
  readonly tools?: ToolScopes
  /** Further members of the resource metadata (RFC 9728 §2), such as `resource_name`. */
  readonly metadata?: Readonly<Record<string, unknown>>
  /** Needed for opaque tokens and for `exchangeToken`. */
  readonly credentials?: Credentials
  /** Reads the claims into a type of your own, at once or later; what it throws refuses the token. */
  readonly claims?: (claims: JWTPayload) => Claims | Promise<Claims>
  /** Signature algorithms; without this, all asymmetric ones, as far as the published keys are for them. */
  readonly algorithms?: readonly string[]
  /** Seconds that clocks may differ. 30. */
  readonly leeway?: number
  /**
   * While the issuer's revocation feed cannot be reached: `accept` goes by what is known (the default), `refuse` answers
   * 503 after five seconds, also where the issuer has no feed; `ignore` never follows it.
   */
  readonly revocations?: WithoutFeed
  /** Told of everything that is answered 503, and of a feed that cannot be followed, whatever is done about it. */
  readonly onUnavailable?: (error: Unavailable) => void
} & Partial<Surroundings>

/** What adapters need of a verifier; make one with `createVerifier`. */
export type Verifier<Claims = unknown> = {
  readonly issuer: string
  readonly resource: string
  /** Where the resource metadata lies (RFC 9728 §3.1), and its path. */
  readonly metadataUrl: string
  readonly metadataPath: string
  /** The resource metadata (RFC 9728 §2). */
  readonly metadata: () => Readonly<Record<string, unknown>>
  /** Whether requests have to be looked into for the tools that they call. */
  readonly hasTools: boolean
  /**
   * The user of a request.
   *
   * @param authorization the `Authorization` header
   * @throws AccessError, Unavailable
   */
  readonly authenticate: (authorization: string | null | undefined) => Promise<User<Claims>>
  /** The same of a token alone, without `scopes`. */
  readonly verify: (token: string) => Promise<User<Claims>>
  /**
   * Refuses a user whose token lacks a scope. The challenge names all that the request needs and what the token has, so
   * that the user does not lose it by logging in again.
   *
   * @throws AccessError `insufficient_scope`
   */
  readonly requireScope: (user: User, ...scopes: readonly string[]) => void
  /**
   * The same for the tools that a parsed JSON-RPC message calls.
   *
   * @throws AccessError `insufficient_scope`
   */
  readonly requireScopesOfCall: (user: User, message: unknown) => void
  /** The answer to an error of the verifier; any other error is thrown again. */
  readonly refusal: (error: unknown) => Refusal
  /** As the MCP SDKs hand it to tools. `userOf` gives the user back. */
  authInfo(user: User<Claims>): AuthInfo
  /** The user of a tool's `authInfo`. */
  readonly userOf: (authInfo: { readonly extra?: object } | undefined) => User<Claims>
  /** The user of a request that an adapter let pass, in a handler that is no tool: Express types no `request.auth`. */
  readonly userOfRequest: (request: object) => User<Claims>
  /**
   * The user's token at the identity provider (RFC 8693).
   *
   * @throws AccessError, Unavailable, ExchangeRefused
   */
  readonly exchangeToken: (
    user: Pick<User, 'token'>,
    options?: { readonly scopes?: readonly string[] },
  ) => Promise<UpstreamToken>
}
