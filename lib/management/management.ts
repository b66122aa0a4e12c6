import type { Config } from '@/lib/config'
import type { CheckpointKey } from '@/lib/crypto/audit-chain'
import type { Sealer } from '@/lib/crypto/seal'
import type { HttpContext } from '@/lib/http/context'
import type { Mailer } from '@/lib/mail/mailer'
import type { Database } from '@/lib/store/database/database'

/** What console, API and command line run on: what the endpoints have, and the database itself. */
export type Management = HttpContext & {
  readonly config: Pick<
    Config,
    'publicUrl' | 'loopback' | 'serversDomain' | 'internalHosts' | 'outgoingProxy'
  >
  readonly db: Database
  /** What is behind `db`, for {@link readBehind}. */
  readonly replica?: Database | undefined
  readonly sealer: Sealer
  /** Absent where no mail is sent: links are shown, and passed on by hand. */
  readonly mail?: Mailer
  /** What verifies checkpoints of the audit log. */
  readonly auditKeys: readonly CheckpointKey[]
}
