import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import type { Tracer } from '@opentelemetry/api'
import type { TracedLogin, TracedRequest, Tracing, Work } from './tracing'

/** Spans of work that one request has at most. */
const MOST = 200

/** Milliseconds that spans wait for others to be sent with. */
const DELAY = 1_000

/** Milliseconds to send them in, further tries included: a stop waits for the last ones. */
const TIMEOUT = 3_000

type Active = {
  readonly began: number
  readonly traceId: string
  readonly work: (Work & { readonly ended: number })[]
  login?: TracedLogin
}

type Ids = { readonly traceId: string; readonly spanId: string }

/** Milliseconds since 1970. */
const now = () => performance.timeOrigin + performance.now()

/** Every instance makes the same ids of a login. A trace leads to no request that is still open. */
function loginIds(id: string): Ids {
  const hash = createHash('sha256').update(`trace of ${id}`).digest('hex')
  return { traceId: hash.slice(0, 32), spanId: hash.slice(32, 48) }
}

/**
 * Sends traces to an OpenTelemetry collector, by OTLP over HTTP. Nothing of OpenTelemetry is loaded before.
 *
 * @param endpoint the collector's URL, without `/v1/traces`
 * @param failed told once when spans cannot be sent, and again after they could; with the class of the error
 */
export async function openTelemetry(endpoint: string, failed: (error: string) => void): Promise<Tracing> {
  const api = await import('@opentelemetry/api')
  const { RandomIdGenerator } = await import('@opentelemetry/sdk-trace')
  const random = new RandomIdGenerator()
  /** What the next span without a parent is known by. */
  let next: Ids | undefined
  const { tracer, close } = await openTracer(endpoint, failed, {
    generateTraceId: () => next?.traceId ?? random.generateTraceId(),
    generateSpanId: () => next?.spanId ?? random.generateSpanId(),
  })
  const storage = new AsyncLocalStorage<Active>()

  /** Spans are made when the request has ended: only then it is known which trace they are of. */
  function send(
    { began, traceId, work, login }: Active,
    { name, attributes, isFailed }: TracedRequest,
  ): void {
    const ids = login ? loginIds(login.id) : { traceId, spanId: random.generateSpanId() }
    const begins = !login || login.isFirst
    const before = { ...ids, traceFlags: api.TraceFlags.SAMPLED, isRemote: true }
    const parent = begins ? api.ROOT_CONTEXT : api.trace.setSpanContext(api.ROOT_CONTEXT, before)
    const reference = login?.reference && { 'vestibule.reference': login.reference }
    next = begins ? ids : undefined
    const request = tracer.startSpan(
      name,
      { kind: api.SpanKind.SERVER, startTime: began, attributes: { ...attributes, ...reference } },
      parent,
    )
    next = undefined
    const within = api.trace.setSpan(api.ROOT_CONTEXT, request)
    for (const { name: part, ended, seconds, attributes: more, error } of work) {
      const options = { kind: api.SpanKind.CLIENT, startTime: ended - seconds * 1_000, attributes: more }
      const span = tracer.startSpan(part, options, within)
      if (error) span.setAttribute('error.type', error).setStatus({ code: api.SpanStatusCode.ERROR })
      span.end(ended)
    }
    if (isFailed) request.setStatus({ code: api.SpanStatusCode.ERROR })
    request.end(now())
  }

  return {
    request(work) {
      const active: Active = { began: now(), traceId: random.generateTraceId(), work: [] }
      return storage.run(active, () => work((ended) => send(active, ended)))
    },
    belongs(login) {
      const active = storage.getStore()
      if (!active || (active.login && active.login.id !== login.id)) return
      active.login = { ...login, ...active.login }
    },
    did(work) {
      const active = storage.getStore()
      if (active && active.work.length < MOST) active.work.push({ ...work, ended: now() })
    },
    traceId() {
      const { login, traceId } = storage.getStore() ?? {}
      return login ? loginIds(login.id).traceId : traceId
    },
    close,
  }
}

async function openTracer(
  endpoint: string,
  failed: (error: string) => void,
  idGenerator: { generateTraceId(): string; generateSpanId(): string },
): Promise<{ readonly tracer: Tracer; close(): Promise<void> }> {
  const { BatchSpanProcessor, TracerProvider } = await import('@opentelemetry/sdk-trace')
  const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http')
  const resources = await import('@opentelemetry/resources')
  const { defaultResource, detectResources, envDetector, resourceFromAttributes } = resources
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
    timeoutMillis: TIMEOUT,
  })
  const send = exporter.export.bind(exporter)
  let wasSent = true
  exporter.export = (spans, done) =>
    send(spans, (result) => {
      if (result.error && wasSent) failed(result.error.name)
      wasSent = !result.error
      done(result)
    })
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'vestibule' }))
      .merge(detectResources({ detectors: [envDetector] })),
    idGenerator,
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: DELAY })],
  })
  return { tracer: provider.getTracer('vestibule'), close: () => provider.shutdown().catch(() => {}) }
}
