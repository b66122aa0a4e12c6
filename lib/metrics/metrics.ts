import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { processOnce } from '@/lib/process-once'
import { firstOf } from './bounded-label'

/** What this process counts. Labels have few values, and none of them comes from a client. */
export type Metrics = ReturnType<typeof create>

/** The metrics of the process, which Next's bundles and `server.ts` share. */
export const metrics = (): Metrics => processOnce('metrics', create)

/** Connections that are told apart; the others are one. */
const CONNECTIONS = 500

function create() {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const make = makers(registry)
  return {
    registry,
    connectionLabel: firstOf(CONNECTIONS),
    /** Set by what knows the endpoints. */
    labels: { endpoint: (_path: string) => 'other' },
    ...ofRequests(make),
    ...ofLogins(make),
    ...ofStores(make),
    ...ofBacklog(make),
  }
}

type Makers = ReturnType<typeof makers>

function makers(registry: Registry) {
  const registers = [registry]
  return {
    counter: <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
      new Counter<Label>({ name: `vestibule_${name}`, help, labelNames, registers }),
    gauge: <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
      new Gauge<Label>({ name: `vestibule_${name}`, help, labelNames, registers }),
    histogram: <Label extends string>(
      name: string,
      help: string,
      buckets: number[],
      ...labelNames: Label[]
    ) => new Histogram<Label>({ name: `vestibule_${name}`, help, labelNames, buckets, registers }),
  }
}

/** Seconds: of answers and providers, and of statements. */
const SLOW = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const QUICK = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 8]

const ofRequests = ({ counter, histogram }: Makers) => ({
  requests: counter(
    'http_requests_total',
    'Requests that were answered, by endpoint, method and status.',
    'endpoint',
    'method',
    'status',
  ),
  durations: histogram(
    'http_request_duration_seconds',
    'Seconds from a request to its answer, by endpoint.',
    SLOW,
    'endpoint',
  ),
  refusals: counter(
    'http_errors_total',
    'Requests that were refused or failed, by endpoint and error code.',
    'endpoint',
    'reason',
  ),
  limited: counter('limited_total', 'Requests that a rate limit slowed down, by limit.', 'limit'),
  turnedAway: counter('turned_away_total', 'Requests refused because too many were under way.', 'kind'),
})

const ofLogins = ({ counter, histogram }: Makers) => ({
  logins: counter(
    'logins_total',
    'Logins that ended, by outcome, reason code and id of the connection.',
    'outcome',
    'reason',
    'connection',
  ),
  securityEvents: counter(
    'security_events_total',
    'Security events, by kind and reason code.',
    'kind',
    'reason',
  ),
  providerCalls: counter(
    'provider_calls_total',
    'What identity providers were asked, by id of the connection, operation and how it went.',
    'connection',
    'operation',
    'reason',
  ),
  providerDurations: histogram(
    'provider_call_duration_seconds',
    'Seconds that this took, by operation.',
    SLOW,
    'operation',
  ),
})

const ofStores = ({ counter, gauge, histogram }: Makers) => ({
  stores: gauge('store_up', '1 when the store answered as this was read, 0 otherwise.', 'store'),
  storeDurations: histogram(
    'store_duration_seconds',
    'Seconds of a statement or transaction, by pool, and of a command to the challenge store.',
    QUICK,
    'store',
  ),
  storeErrors: counter(
    'store_errors_total',
    'Those that failed, by SQLSTATE or the code of the driver.',
    'store',
    'reason',
  ),
  poolSize: gauge('pool_connections', 'Connections that a pool opens at most.', 'store'),
  poolUnderWay: gauge(
    'pool_under_way',
    'Statements under way, those that wait for a connection included.',
    'store',
  ),
})

const ofBacklog = ({ counter, gauge }: Makers) => ({
  unchained: gauge('audit_unchained_events', 'Security events that are not in the audit chain yet.'),
  auditLag: gauge('audit_lag_seconds', 'Age of the oldest of them.'),
  deliveries: gauge('webhook_deliveries', 'Deliveries to webhooks that are kept, by state.', 'state'),
  attempts: counter(
    'webhook_attempts_total',
    'Attempts to deliver, by what became of the delivery.',
    'state',
  ),
  keyAge: gauge('signing_key_age_seconds', 'Age of the oldest key that signs access tokens.'),
  sealingKeyAge: gauge('sealing_key_age_seconds', 'Age of the keys that values are sealed with.', 'key'),
  apiKeysEnding: gauge('api_keys_ending', 'API keys that end within 14 days.'),
  certificateEnd: gauge(
    'provider_certificate_end_timestamp_seconds',
    'When the certificate of an identity provider ends, by id of the connection.',
    'connection',
  ),
  secretEnd: gauge(
    'provider_secret_end_timestamp_seconds',
    'When the client secret of a connection ends, as it was entered, by id of the connection.',
    'connection',
  ),
  mails: gauge('mails', 'Mails of the last 30 days, by state.', 'state'),
})
