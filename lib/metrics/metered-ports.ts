import type { Ports } from '@/lib/oauth/ports/ports'
import type { Metrics } from './metrics'

type Metered = Pick<Ports, 'requests' | 'logins' | 'securityEvents'>

/** The same ports, counting how logins end and what security events there are. */
export function meteredPorts<Some extends Metered>(
  ports: Some,
  { logins, completedLogins, securityEvents }: Metrics,
): Some {
  return {
    ...ports,
    requests: {
      ...ports.requests,
      async refuse(request) {
        const reference = await ports.requests.refuse(request)
        logins.inc({ outcome: 'refused', reason: request.event.reason })
        return reference
      },
      async deny(id, event) {
        const request = await ports.requests.deny(id, event)
        if (request) logins.inc({ outcome: 'denied', reason: event.reason })
        return request
      },
      async fail(id, event) {
        await ports.requests.fail(id, event)
        logins.inc({ outcome: 'failed', reason: event.reason })
      },
    },
    logins: {
      ...ports.logins,
      async complete(login, now) {
        const result = await ports.logins.complete(login, now)
        if (result.outcome === 'completed') {
          logins.inc({ outcome: 'completed', reason: login.event.reason })
          completedLogins.inc({ connection: login.connectionId })
        }
        return result
      },
    },
    securityEvents: {
      ...ports.securityEvents,
      async record(event) {
        await ports.securityEvents.record(event)
        securityEvents.inc({ kind: event.kind, reason: event.reason ?? '' })
      },
    },
  }
}
