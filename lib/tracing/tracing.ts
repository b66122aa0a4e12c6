import { madeOnce, processOnce } from '../process-once'

/** No value of it comes from a client, and none is a secret: ids, codes, paths without slugs, numbers. */
export type SpanAttributes = Readonly<Record<string, string | number>>

/** Work of a request that took a while: a statement, a call of an identity provider. */
export type Work = {
  readonly name: string
  readonly seconds: number
  readonly attributes: SpanAttributes
  /** A code; empty when it went well. */
  readonly error: string
}

/** The authorization request that a request belongs to. */
export type TracedLogin = {
  readonly id: string
  readonly reference?: string
  /** Whether the login begins with this request. */
  readonly isFirst?: boolean
}

/** What is told of a request when it has ended. */
export type TracedRequest = {
  readonly name: string
  readonly attributes: SpanAttributes
  readonly isFailed: boolean
}

/** Traces of what this process does. One login is one trace, whichever instances its requests reach. Decision 0113. */
export type Tracing = {
  /** Makes a span of a request, which lasts until `end` is called. */
  request<T>(work: (end: (request: TracedRequest) => void) => T): T
  /** Says which login the current request belongs to. */
  belongs(login: TracedLogin): void
  /** Adds a span of work, which ends now, to the current request. */
  did(work: Work): void
  /** Of the current request; undefined outside one. */
  traceId(): string | undefined
  /** Sends what was not sent yet. */
  close(): Promise<void>
}

const NAME = 'tracing'

/** From now on everything is traced. Before anything is opened that would be. */
export const enterTracing = (tracing: Tracing): void => void processOnce(NAME, () => tracing)

/** Undefined: nothing is traced, and nothing of it was loaded. */
export const tracing = (): Tracing | undefined => madeOnce(NAME)
