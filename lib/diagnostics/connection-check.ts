import type { Server } from '@/lib/oauth/model'
import type { ReasonCode } from '@/lib/oauth/timeline'
import type { ConnectionConfig } from '@/lib/upstream/connection-config'
import type { UpstreamContext } from '@/lib/upstream/context'

/** What the checks of a connection are given. */
export type ConnectionCheck = {
  readonly connection: ConnectionConfig
  readonly server: Server
  readonly context: UpstreamContext
  /** What to do about each reason: the same words as on the timeline of a login. */
  readonly remedies: Readonly<Record<ReasonCode, string>>
}
