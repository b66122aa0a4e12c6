export type Client = {
  readonly id: string
  readonly redirectUri: string
  /** Present: it authenticates with HTTP Basic. */
  readonly secret?: string
}

/** What the caller of the range decides. */
export type Settings = {
  /** The issuer, as clients know it. */
  readonly issuer: string
  /** A public client that is known already; without it one is registered. */
  readonly client?: Client
  readonly redirectUri: string
  /** What logins ask for; all published scopes without it. */
  readonly scopes?: readonly string[]
  /** The resource that tokens are for (RFC 8707), such as the MCP server. */
  readonly resource?: string
  /** Further parameters of every authorization request. */
  readonly parameters: Readonly<Record<string, string>>
  /** The test user, for attacks that present a password. */
  readonly username?: string
  readonly password?: string
  /** Of a resource server, for introspection: a bearer token without an id, HTTP Basic with one. */
  readonly credentials?: { readonly id?: string; readonly secret: string }
  /** Where documents of clients are published: a base URL that leads to this port of this machine. */
  readonly documents?: { readonly base: string; readonly port: number }
  /** An address of this machine that servers should not call; undefined where they could not. */
  readonly internalAddress?: string | undefined
  /** Whether attacks that wait for minutes are tried. */
  readonly slow: boolean
  readonly wait: (milliseconds: number) => Promise<void>
}
