import type { Config } from '@/lib/config'
import type { Sealer } from '@/lib/crypto/seal'
import type { HttpContext } from '@/lib/http/context'
import type { Database } from '@/lib/store/database/database'

/** What console, API and command line run on: what the endpoints have, and the database itself. */
export type Management = HttpContext & {
  readonly config: Pick<Config, 'publicUrl' | 'loopback' | 'serversDomain' | 'internalHosts'>
  readonly db: Database
  readonly sealer: Sealer
}
