import type { Log } from '@/lib/log'
import type { Server } from '@/lib/oauth/model'
import type { Ports } from '@/lib/oauth/ports/ports'
import type { Limits } from './limits'

/** Ports that keep servers, clients and keys in memory, for what answers on the strength of them. Decision 0052. */
export type Remembered = {
  readonly ports: Ports
  /** Has the next request read this server, and this client of it, anew. */
  forget(server: Server, clientId: string): void
}

/** What an endpoint is given by the composition root. Decision 0018. */
export type HttpContext = {
  /** Our origin, without a trailing slash. */
  readonly publicUrl: string
  readonly ports: Ports
  /** Absent where everything is read for each request. */
  readonly remembered?: Remembered
  readonly log: Log
  /** Absent where nothing is limited. */
  readonly limits?: Limits
}

/** Next builds routes before there is an environment, so the context is asked for with each request. */
export type GetContext = () => Promise<HttpContext>
