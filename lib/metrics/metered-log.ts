import type { Log, LogFields } from '@/lib/log'
import { firstOf } from './bounded-label'
import type { Metrics } from './metrics'

/** Error codes and classes of errors that are told apart. */
const REASONS = 200

/** The same log, which also counts what it says of requests: refused or failed, by endpoint and reason. */
export function meteredLog(log: Log, { labels, refusals }: Metrics): Log {
  const reasonLabel = firstOf(REASONS)
  const counted =
    (write: Log['info']) =>
    (event: string, fields: LogFields = {}): void => {
      const reason = fields.store ? 'store_unavailable' : fields.error
      if (fields.path && reason)
        refusals.inc({ endpoint: labels.endpoint(fields.path), reason: reasonLabel(reason) })
      write(event, fields)
    }
  return { info: counted(log.info), warn: counted(log.warn), error: counted(log.error) }
}
