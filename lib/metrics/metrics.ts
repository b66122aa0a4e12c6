import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { processOnce } from '@/lib/process-once'

/** What this process counts. Labels have few values, and none of them comes from a client. */
export type Metrics = ReturnType<typeof create>

/** The metrics of the process, which Next's bundles and `server.ts` share. */
export const metrics = (): Metrics => processOnce('metrics', create)

function create() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  return {
    registry,
    requests: new Counter({
      name: 'vestibule_http_requests_total',
      help: 'Requests that were answered, by endpoint, method and status.',
      labelNames: ['endpoint', 'method', 'status'] as const,
      registers,
    }),
    durations: new Histogram({
      name: 'vestibule_http_request_duration_seconds',
      help: 'Seconds from a request to its answer, by endpoint.',
      labelNames: ['endpoint'] as const,
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    logins: new Counter({
      name: 'vestibule_logins_total',
      help: 'Logins that ended, by outcome and reason code.',
      labelNames: ['outcome', 'reason'] as const,
      registers,
    }),
    completedLogins: new Counter({
      name: 'vestibule_logins_completed_total',
      help: 'Logins that were completed, by the id of the connection.',
      labelNames: ['connection'] as const,
      registers,
    }),
    securityEvents: new Counter({
      name: 'vestibule_security_events_total',
      help: 'Security events, by kind and reason code.',
      labelNames: ['kind', 'reason'] as const,
      registers,
    }),
    stores: new Gauge({
      name: 'vestibule_store_up',
      help: '1 when the store answered as this was read, 0 otherwise.',
      labelNames: ['store'] as const,
      registers,
    }),
    unchained: new Gauge({
      name: 'vestibule_audit_unchained_events',
      help: 'Security events that are not in the audit chain yet.',
      registers,
    }),
    auditLag: new Gauge({
      name: 'vestibule_audit_lag_seconds',
      help: 'Age of the oldest of them.',
      registers,
    }),
    deliveries: new Gauge({
      name: 'vestibule_webhook_deliveries',
      help: 'Deliveries to webhooks that are kept, by state.',
      labelNames: ['state'] as const,
      registers,
    }),
    keyAge: new Gauge({
      name: 'vestibule_signing_key_age_seconds',
      help: 'Age of the oldest key that signs access tokens.',
      registers,
    }),
  }
}
