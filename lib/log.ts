import pino from 'pino'
import { processOnce } from './process-once'
import { tracing } from './tracing/tracing'

/**
 * Everything that may be logged. A field that is not listed here cannot be: no code, verifier, token, secret or
 * cookie has a name in this list, and free text is only ever our own.
 */
export type LogFields = {
  readonly server?: string
  readonly connection?: string
  readonly client?: string
  readonly grant?: string
  readonly request?: string
  readonly reference?: string
  readonly step?: string
  readonly reason?: string
  readonly error?: string
  readonly status?: number
  readonly method?: string
  /** Without the query. */
  readonly path?: string
  readonly chain?: string
  readonly sequence?: number
  readonly hash?: string
  /** The id of a key. */
  readonly key?: string
  readonly signature?: string
  readonly at?: string
  readonly store?: string
  readonly address?: string
  /** Our own stack trace, without the message. */
  readonly stack?: string
  /** Of the request, where traces are sent; added here. */
  readonly trace_id?: string
}

const LOGGABLE: readonly (keyof LogFields)[] = [
  'server',
  'connection',
  'client',
  'grant',
  'request',
  'reference',
  'step',
  'reason',
  'error',
  'status',
  'method',
  'path',
  'chain',
  'sequence',
  'hash',
  'at',
  'key',
  'signature',
  'store',
  'address',
  'stack',
  'trace_id',
]

type Level = 'info' | 'warn' | 'error'
export type Log = Readonly<Record<Level, (event: string, fields?: LogFields) => void>>

/** Some links are a secret in a path. */
const withoutToken = (path: string) =>
  path.replace(/^(\/setup\/connection|\/console\/invitations)\/[^/]+/, '$1/…')

const logger = () => processOnce('log', () => pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }))

function write(level: Level) {
  return (event: string, fields: LogFields = {}) => {
    const trace = tracing()?.traceId()
    const shown = {
      ...fields,
      ...(fields.path !== undefined && { path: withoutToken(fields.path) }),
      ...(trace && { trace_id: trace }),
    }
    const listed = LOGGABLE.filter((name) => shown[name] !== undefined).map((name) => [name, shown[name]])
    logger()[level](Object.fromEntries(listed), event)
  }
}

/** Structured events, one JSON line each. */
export const log: Log = { info: write('info'), warn: write('warn'), error: write('error') }

/**
 * What may be told of an unexpected error: its class and where it was thrown. Messages are left out, because those
 * of database and HTTP libraries quote parameters.
 */
export function describeError(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: typeof error }
  // The stack begins with the message, whose lines could look like frames.
  const trace = error.stack?.slice(error.stack.indexOf(error.message) + error.message.length) ?? ''
  const frames = trace.split('\n').filter((line) => /^\s+at /.test(line))
  const cause = error.cause instanceof Error ? ` < ${error.cause.name}` : ''
  return { error: error.name + cause, stack: frames.slice(0, 8).join('\n') }
}
