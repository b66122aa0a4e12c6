import type { CertificateEnds } from '@/lib/http/fetch/certificate-ends'
import type { Server } from '@/lib/oauth/model'
import type { OAuthConnectionConfig } from '@/lib/upstream/connection-config'
import type { UpstreamContext } from '@/lib/upstream/context'

/** What the checks of a connection are given. */
export type ConnectionCheck = {
  readonly connection: OAuthConnectionConfig
  readonly server: Server
  readonly context: UpstreamContext
  /** What reads the certificates of its hosts. */
  readonly certificateEnds: CertificateEnds
}
