import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { withDeadline } from '../deadline'
import { driverError } from './driver-error'

/** How long a call may take in all, in milliseconds: longer than a statement may, so that the server answers first. */
export const CALL_DEADLINE = 10_000

/** What the driver says when it cannot reach the server or loses it. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
])

/**
 * SQLSTATEs of a server that cannot serve: connection exceptions (08), refused credentials or database (28, 3D),
 * out of resources such as connections (53), shutting down or starting (57P), statement timed out (57014), a pooler
 * that keeps no prepared statements (26000, 42P05: from then on none are prepared), and a
 * standby that takes no writes (25006).
 */
const UNAVAILABLE_STATE = /^(08...|28...|3D...|53...|57P..|57014|25006|26000|42P05)$/

/** A statement failed and trying again will not help. Says what, never with which values. */
export class DatabaseError extends Error {
  constructor(
    /** SQLSTATE, such as 23505 for a unique violation. */
    readonly code: string,
    readonly constraint: string | undefined,
  ) {
    super(`the database refused a statement: SQLSTATE ${code}${constraint ? ` (${constraint})` : ''}`)
    this.name = 'DatabaseError'
  }
}

/**
 * Wraps every method of a port: a database that is down or too slow becomes StoreUnavailable, any other failure of a
 * statement a {@link DatabaseError}. The driver's own errors carry the statement's values, so none gets past here.
 *
 * @param options `store`: the store that callers know this port by; `deadline`: milliseconds that a call may take
 */
export function guarded<Port extends Record<string, (...args: never[]) => Promise<unknown>>>(
  port: Port,
  options: { readonly store?: StoreUnavailable['store']; readonly deadline?: number } = {},
): Port {
  const { store = 'postgres', deadline = CALL_DEADLINE } = options
  const late = () => new StoreUnavailable(store, { cause: new Error(`no answer in ${deadline} ms`) })
  const toOurs = (error: unknown) => translated(error, store)
  const wrap =
    (method: (...args: never[]) => Promise<unknown>) =>
    (...args: never[]) =>
      withDeadline(begin(method, args), deadline, late, toOurs)
  return Object.fromEntries(Object.entries(port).map(([name, method]) => [name, wrap(method)])) as Port
}

function begin(method: (...args: never[]) => Promise<unknown>, args: never[]): Promise<unknown> {
  try {
    return method(...args)
  } catch (error) {
    return Promise.reject(error)
  }
}

function translated(error: unknown, store: StoreUnavailable['store']): unknown {
  const source = fromDriver(error)
  if (!source) return error
  const { code } = source
  if (UNREACHABLE.has(code) || code.startsWith('CONNECT') || UNAVAILABLE_STATE.test(code))
    return new StoreUnavailable(store, { cause: new Error(code) })
  return new DatabaseError(code, source.constraint)
}

/** The driver's error inside what was thrown; null for errors that did not come from the database. */
function fromDriver(error: unknown): { readonly code: string; readonly constraint?: string } | null {
  if (!(error instanceof Error) || error instanceof StoreUnavailable || error instanceof DatabaseError)
    return null
  const source = driverError(error)
  const wrapped = source !== error
  const { code, constraint_name: constraint } = (source ?? {}) as {
    code?: unknown
    constraint_name?: unknown
  }
  const fromPostgres = source instanceof Error && source.name === 'PostgresError'
  const fromSocket =
    typeof code === 'string' &&
    (UNREACHABLE.has(code) || code.startsWith('CONNECT') || code.startsWith('SASL'))
  if (!wrapped && !fromPostgres && !fromSocket) return null
  return {
    code: typeof code === 'string' ? code : 'unknown',
    ...(typeof constraint === 'string' && { constraint }),
  }
}
