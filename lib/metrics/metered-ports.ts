import type { Ports } from '@/lib/oauth/ports/ports'
import type { Metrics } from './metrics'

type Metered = Pick<Ports, 'requests' | 'logins' | 'servers' | 'securityEvents'>

/** The same ports, counting how logins end and what security events there are. */
export function meteredPorts<Some extends Metered>(ports: Some, metrics: Metrics): Some {
  const { securityEvents } = metrics
  return {
    ...ports,
    ...meteredLogins(ports, metrics),
    securityEvents: {
      ...ports.securityEvents,
      async record(event) {
        await ports.securityEvents.record(event)
        securityEvents.inc({ kind: event.kind, reason: event.reason ?? '' })
      },
    },
  }
}

type LoginPorts = Pick<Ports, 'requests' | 'logins' | 'servers'>

function meteredLogins(
  { requests, logins, servers }: LoginPorts,
  metrics: Metrics,
): Pick<Ports, 'requests' | 'logins'> {
  /** Only of logins that did not come to an end at a connection: counting never fails them. */
  async function count(
    outcome: 'refused' | 'denied' | 'failed',
    { reason }: { readonly reason: string },
    serverId: string,
  ): Promise<void> {
    const server = await servers.find(serverId).catch(() => null)
    const connection = server ? metrics.connectionLabel(server.connectionId) : ''
    metrics.logins.inc({ outcome, reason, connection })
  }
  return {
    requests: {
      ...requests,
      async refuse(request) {
        const reference = await requests.refuse(request)
        await count('refused', request.event, request.serverId)
        return reference
      },
      async deny(id, event) {
        const request = await requests.deny(id, event)
        if (request) await count('denied', event, request.serverId)
        return request
      },
      async fail(id, event) {
        const request = await requests.fail(id, event)
        if (request) await count('failed', event, request.serverId)
        return request
      },
    },
    logins: {
      ...logins,
      async complete(login, now) {
        const result = await logins.complete(login, now)
        const connection = metrics.connectionLabel(login.connectionId)
        if (result.outcome === 'completed')
          metrics.logins.inc({ outcome: 'completed', reason: login.event.reason, connection })
        return result
      },
    },
  }
}
