import type { Log } from '@/lib/log'
import type { SecurityEvents } from '@/lib/oauth/ports/events'

/** An audit trail that also says everything in the log, for those who watch that. */
export function loggedEvents(events: SecurityEvents, log: Log): SecurityEvents {
  return {
    async record(event) {
      const { serverId: server, grantId: grant, clientId: client, detail: reason, kind } = event
      log.info(`security event ${kind}`, {
        server,
        ...(grant !== undefined && { grant }),
        ...(client !== undefined && { client }),
        ...(reason !== undefined && { reason }),
      })
      await events.record(event)
    },
  }
}
