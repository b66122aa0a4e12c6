/** What the core needs of the outside to keep pushed authorization requests. The same terms as in `ports.ts`. */

/** The parameters of an authorization request that its client sent ahead (RFC 9126). */
export type PushedRequest = {
  /** SHA-256 (hex) of the random part of its `request_uri`. */
  readonly hash: string
  readonly serverId: string
  /** `client_id` on the wire. */
  readonly clientId: string
  /** Form-encoded, without what the client authenticated with. */
  readonly parameters: string
  readonly expiresAt: Date
}

/** Expired rows go by themselves: every write takes a few of them away. */
export type PushedRequests = {
  save(request: PushedRequest, now: Date): Promise<void>
  /**
   * The parameters that this client pushed to this server. Looking uses nothing up. Null when unknown, another client's
   * or server's, expired, or once the user has answered a request that came of it.
   */
  find(pushed: Pick<PushedRequest, 'hash' | 'serverId' | 'clientId'>, now: Date): Promise<string | null>
}
