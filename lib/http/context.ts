import type { Log } from '@/lib/log'
import type { Ports } from '@/lib/oauth/ports/ports'
import type { Limits } from './limits'

/** What an endpoint is given by the composition root. Decision 0018. */
export type HttpContext = {
  /** Our origin, without a trailing slash. */
  readonly publicUrl: string
  readonly ports: Ports
  readonly log: Log
  /** Absent where nothing is limited. */
  readonly limits?: Limits
}

/** Next builds routes before there is an environment, so the context is asked for with each request. */
export type GetContext = () => Promise<HttpContext>
