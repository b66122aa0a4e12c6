/** What the core needs of the outside for logins at SAML identity providers. The same terms as in `ports.ts`. */

/** What a signed SAML assertion says, once everything that can be checked without the browser is right. */
export type SamlAssertion = {
  readonly id: string
  /** Until then it could come again. */
  readonly expiresAt: Date
  /** The request that it answers. */
  readonly inResponseTo?: string
  readonly nameId: string
  readonly nameIdFormat?: string
  /** Seconds since 1970, as the next. */
  readonly issuedAt: number
  readonly authTime: number
  readonly sessionIndex?: string
  readonly attributes: Readonly<Record<string, string | readonly string[]>>
}

/** Received assertions, between the address that they are sent to and the callback, where the browser is known. */
export type SamlAssertions = {
  save(
    received: {
      /** Of the one-time id. */
      readonly hash: string
      readonly connectionId: string
      readonly assertion: SamlAssertion
      readonly expiresAt: Date
    },
    now: Date,
  ): Promise<void>
  /** Gives an assertion to exactly one caller; null when there is none, it has expired, or is another connection's. */
  take(hash: string, connectionId: string, now: Date): Promise<SamlAssertion | null>
}
