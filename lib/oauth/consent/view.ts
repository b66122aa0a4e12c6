import type { BrandView } from '../flow/brand-view'
import type { DescribedScope } from '../protocol/scope-risk'

/** Without a description, the page has a sentence for its name. */
export type ScopeView = DescribedScope

/**
 * The view of the consent page, made by `prompt.ts` and rendered by the page. Every string may be untrusted and is
 * cleaned where it is rendered.
 */
export type ConsentView = {
  readonly client: {
    /** As the client claims; absent when it claims none. */
    readonly name?: string
    /**
     * How the client is known: pre-registered, self-registered (RFC 7591), or described by a metadata document at its
     * `client_id` (CIMD).
     */
    readonly kind: 'preregistered' | 'registered' | 'metadata_document'
    /** Where that document lies: the host, with its port where it is not the usual one (punycode). */
    readonly documentHost?: string
    readonly clientId: string
    /** Its home page, as it claims (`client_uri`, RFC 7591 §2). Shown as text, never as a link. */
    readonly uri?: string
  }
  readonly redirect: {
    /**
     * An ordinary site, a program on this computer (RFC 8252 §7.3), or an app's own scheme (RFC 8252 §7.1); `device`:
     * nowhere, for a device waits for the answer (RFC 8628).
     */
    readonly kind: 'https' | 'loopback' | 'private-use' | 'device'
    /** The host with its port as `URL.host` gives it (punycode); for `private-use` the scheme: `cursor://`; for `device` empty. */
    readonly host: string
  }
  readonly server: {
    readonly name: string
    /** The protected MCP server's URL. */
    readonly resource: string
    /** How its operator wants it to look; absent: like Vestibule. */
    readonly brand?: BrandView
  }
  /** Where the user logs in next. */
  readonly connection: {
    readonly name: string
    /** What is asked for there, in its own words. */
    readonly scopes: readonly string[]
  }
  /** What is asked for, less what is in `allowedBefore`. */
  readonly scopes: readonly ScopeView[]
  /** True when the client will get refresh tokens, and got none before. */
  readonly offline: boolean
  /**
   * What the user allowed this client before, and keeps allowing; empty when that is nothing. Absent when it is not known
   * who the user is.
   */
  readonly allowedBefore?: {
    readonly scopes: readonly ScopeView[]
    readonly offline: boolean
    /** Those of them that are asked for again: the form sends them back, and they hold for this user alone. */
    readonly assumedScope: readonly string[]
  }
  /**
   * What access rules would not let this user have, by what is known of them; absent where that is nothing, and of an
   * unknown user. The login that follows decides.
   */
  readonly refused?: {
    /** All of it: the user may not use the server. */
    readonly all: boolean
    readonly scopes: readonly string[]
    /** Whom to ask. */
    readonly contact?: string
  }
  /** Leads the operator to the request's timeline. */
  readonly reference: string
}
