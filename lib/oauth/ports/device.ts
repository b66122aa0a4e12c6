/** What the core needs of the outside for devices without a browser (RFC 8628). The same terms as in `ports.ts`. */

export type NewDeviceCode = {
  readonly deviceCodeHash: string
  readonly userCodeHash: string
  readonly serverId: string
  readonly clientRowId: string
  /** `client_id` on the wire. */
  readonly clientId: string
  readonly scope: readonly string[]
  /** The device's network, as far as one is kept. */
  readonly network?: string
  /** Seconds that the device has to wait between two polls. */
  readonly interval: number
  readonly createdAt: Date
  readonly expiresAt: Date
}

/** A device that waits for its user. */
export type WaitingDevice = Pick<
  NewDeviceCode,
  'serverId' | 'clientRowId' | 'clientId' | 'scope' | 'network'
> & {
  readonly id: string
}

/** The answer to a device's poll (RFC 8628 §3.5). */
export type DevicePoll =
  | { readonly outcome: 'approved'; readonly grantId: string }
  | { readonly outcome: 'pending' | 'slow_down' | 'denied' | 'expired' | 'unknown' }

/** A source of user codes (such as a browser), and its limit of wrong ones. */
export type Guesser = { readonly key: string; readonly limit: number }

/** Who types a code: wrong ones are counted for browser and networks (RFC 8628 §5.1). */
export type Typist = {
  readonly browser: Guesser
  /** Empty where the client's address is not known. */
  readonly networks: readonly Guesser[]
  /** As it may be stored. Wrong codes of others there keep out no right one of a device in the same network. */
  readonly network: string | undefined
}

/** In Postgres alone: a code outlives the instance that made it, and the device knows no other. */
export type DeviceCodes = {
  /** False when another device has this user code: then another has to be drawn. Codes long over go by themselves. */
  create(code: NewDeviceCode): Promise<boolean>
  /** The device with this user code; null when unknown, expired, denied, or approved already. */
  findWaiting(userCodeHash: string, now: Date): Promise<WaitingDevice | null>
  /**
   * Lets the device have this grant. One of any number of callers succeeds, and none after the code expired or its
   * user pressed Deny.
   */
  approve(id: string, grantId: string, now: Date): Promise<boolean>
  /**
   * The answer to a poll with this code, of this server and client. A poll before the interval has passed prolongs it
   * by `penalty` seconds (RFC 8628 §3.5).
   */
  poll(
    deviceCodeHash: string,
    owner: { readonly serverId: string; readonly clientRowId: string },
    times: { readonly now: Date; readonly penalty: number; readonly tolerance: number },
  ): Promise<DevicePoll>
  /**
   * Counts a guess for each of these, before it is known to be right or wrong; so that guesses at once cannot slip
   * through. False when one of them has no guess left until `resetsAt`.
   */
  admitGuess(
    guessers: readonly Guesser[],
    times: { readonly now: Date; readonly resetsAt: Date },
  ): Promise<boolean>
  /** Takes a counted guess back: it was right. */
  forgiveGuess(guessers: readonly Guesser[]): Promise<void>
}
