import type { Log } from '@/lib/log'
import { endingEvent } from '@/lib/oauth/flow/end-grant'
import type { SecurityEvent, SecurityEvents } from '@/lib/oauth/ports/events'
import type { Grants } from '@/lib/oauth/ports/tokens'

/** An audit trail that also says everything in the log, for those who watch that. */
export function loggedEvents(events: SecurityEvents, log: Log): SecurityEvents {
  return {
    async record(event) {
      tell(event, log)
      await events.record(event)
    },
  }
}

/** Grants whose ends are also said in the log. */
export function loggedEndings(grants: Grants, log: Log): Grants {
  return {
    ...grants,
    async revoke(id, ending) {
      const ended = await grants.revoke(id, ending)
      if (ended) tell(endingEvent(ended, ending), log)
      return ended
    },
    async revokeSome(of, limit, ending) {
      const ended = await grants.revokeSome(of, limit, ending)
      for (const grant of ended) tell(endingEvent(grant, ending), log)
      return ended
    },
  }
}

function tell(
  { serverId: server, grantId: grant, clientId: client, detail: reason, kind }: SecurityEvent,
  log: Log,
): void {
  log.info(`security event ${kind}`, {
    server,
    ...(grant !== undefined && { grant }),
    ...(client !== undefined && { client }),
    ...(reason !== undefined && { reason }),
  })
}
