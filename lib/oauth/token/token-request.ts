import type { Client, Server } from '../model'
import type { HasHungUp } from '../ports/tokens'
import type { Parameters } from '../protocol/parameters'

/** A token request whose client is authenticated, and may use this grant type. */
export type TokenRequest = {
  readonly server: Server
  readonly client: Client
  readonly form: Parameters
  /** Where the request comes from, as far as that may be kept: a /24 or a /48, `203.0.113.0/24`. */
  readonly network?: string
  readonly hasHungUp?: HasHungUp | undefined
}
