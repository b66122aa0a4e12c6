import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import postgres, { type Options, type Sql, type TransactionSql } from 'postgres'
import { codeOf, isCollision, messageOf } from './driver-error'
import { type PoolWatcher, poolGate } from './pool-gate'

/** Milliseconds that statements which wait for a connection of a pool that is given up have to get one. */
const LAST_STATEMENTS = 1_000

/** SQLSTATEs with which a server ends a connection: it stops, crashed, or was told to. */
const ENDED = new Set(['57P01', '57P02', '57P03', '57P05'])

/**
 * SQLSTATEs of a pooler that gives each transaction another connection: the prepared statement is not there, or is there
 * already.
 */
const NOT_PREPARABLE = new Set(['26000', '42P05'])

/** What the driver says when a connection that it had is gone, or of a slot that it can open no more. */
const LOST = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
])

/** Milliseconds after its first failure in which a statement or transaction is repeated, and the longest pause before that. */
const REPEATED_FOR = 2_000
const PAUSE = 50

/** What poolers say to the limits among the startup parameters. */
const REFUSED_PARAMETER = /unsupported startup parameter/

/** SQLSTATE of what follows a failed statement in its transaction. */
const ABORTED = '25P02'

/** Limits of a connection, by the names of the server, in milliseconds. */
export type Limits = Readonly<Record<'statement_timeout' | 'idle_in_transaction_session_timeout', number>>

/**
 * A pool of connections that is replaced as a whole when one of them breaks.
 *
 * The driver cannot be trusted with a connection that broke. It sends the `rollback` of a transaction, or whatever else
 * the transaction does next, to a socket that is gone; and a write that was put off when the connection closed blocks
 * every later one of the same slot, so that the slot answers nothing but time-outs until the process ends. (postgres
 * 3.4.9, `connection.js`: `closed` clears `nextWriteTimer` and leaves it set.) So nothing is sent on a transaction whose
 * connection is lost, and the slots are left behind with their pool.
 *
 * What collides with others is repeated. A pooler that gives each transaction another connection is noticed by what it
 * refuses: from then on nothing is prepared, and each transaction sets its limits itself.
 *
 * @param most statements and transactions under way at once, those that wait for a connection included
 * @param limits startup parameters, or settings of each transaction behind a pooler
 * @param watcher absent: nothing is measured
 */
export function replaceablePool(
  url: string,
  most: number,
  options: Options<Record<string, never>>,
  limits: Limits,
  watcher?: PoolWatcher,
): Sql {
  let pooled = false
  /** Pools whose startup parameters a pooler refused: none of their connections ever did anything. */
  const refused = new WeakSet<Sql>()
  // Drizzle's statements are few and constant, so every connection prepares them once, until a pooler cannot have it.
  let prepare = true
  // The driver's own `commit` is prepared, too.
  const open = () =>
    postgres(url, { ...options, prepare, connection: { ...options.connection, ...(!pooled && limits) } })
  let pool = open()
  const { parsers, serializers } = pool.options

  /** Later statements go to a new pool; those under way end on the old one. */
  function replace(broken: Sql): void {
    if (broken !== pool) return
    pool = open()
    // Drizzle has changed those of the first pool, and connections hold on to the objects.
    Object.assign(pool.options.parsers, parsers)
    Object.assign(pool.options.serializers, serializers)
    const patience = refused.has(broken) ? 0 : LAST_STATEMENTS
    setTimeout(() => void broken.end({ timeout: patience / 1_000 }), patience).unref()
  }

  /** Whether what failed without effect is to be done again, on the pool of then. */
  function isRepeatable(error: unknown, used: Sql): boolean {
    const code = codeOf(error)
    if (LOST.has(code) && refused.has(used)) return true
    const isRefused = REFUSED_PARAMETER.test(messageOf(error))
    if (!isRefused && !NOT_PREPARABLE.has(code)) return isCollision(error)
    pooled ||= isRefused
    if (isRefused) refused.add(used)
    prepare = false
    replace(used)
    return true
  }

  const gate = poolGate(most, watcher)
  const admitted = <T>(attempt: (used: Sql) => Promise<T>): Promise<T> => gate(() => repeated(attempt))

  async function repeated<T>(attempt: (used: Sql) => Promise<T>): Promise<T> {
    // Not from its beginning: what waited long for a connection would be given up at its first collision.
    let until: number | undefined
    for (;;) {
      const used = pool
      try {
        return await attempt(used)
      } catch (error) {
        if (isLost(error)) replace(used)
        until ??= performance.now() + REPEATED_FOR
        if (!isRepeatable(error, used) || performance.now() > until) throw error
        if (isCollision(error)) await wait(PAUSE * Math.random())
      }
    }
  }

  /** Of a pending query, what Drizzle uses: it is awaited, after `values` as arrays. */
  function unsafe<T extends unknown[]>(...[query, parameters, queryOptions]: Parameters<Sql['unsafe']>) {
    const attempt = (asArrays: boolean) =>
      admitted<unknown>((used) => {
        const statement = used.unsafe<T>(query, parameters, { ...queryOptions, prepare })
        return asArrays ? statement.values() : statement
      })
    return lazily(() => attempt(false), { values: () => lazily(() => attempt(true), {}) })
  }

  const begin = <T>(work: (transaction: TransactionSql) => T | Promise<T>): Promise<unknown> =>
    admitted(async (used) => {
      const connection = { lost: false }
      try {
        return await used.begin((transaction) =>
          guardedWork(transaction, work, { connection, prepare, ...(pooled && { limits }) }),
        )
      } catch (error) {
        // Before the work, which may still be busy with something else, uses the transaction again.
        connection.lost ||= isLost(error)
        if (connection.lost) replace(used)
        throw error
      }
    })

  const end: Sql['end'] = (how) => pool.end(how)
  const replaced: Readonly<Record<PropertyKey, unknown>> = { unsafe, begin, end }
  return new Proxy(pool, {
    get: (_, name) => (Object.hasOwn(replaced, name) ? replaced[name] : Reflect.get(pool, name)),
    apply: (_, self, parameters) => Reflect.apply(pool, self, parameters),
  })
}

type TransactionContext = {
  readonly connection: { lost: boolean }
  readonly prepare: boolean
  /** Set by the transaction itself. */
  readonly limits?: Limits
}

/** Never settles when the connection is lost: the driver would answer by sending `commit` or `rollback` on it. */
async function guardedWork<T>(
  transaction: TransactionSql,
  work: (transaction: TransactionSql) => T | Promise<T>,
  { connection, prepare, limits }: TransactionContext,
): Promise<T> {
  const { unsafe } = transaction
  /** Of statements that are under way together, the work may hear last of the one whose failure ended the others. */
  let first: unknown
  function guarded<T extends unknown[]>(...[query, parameters, options]: Parameters<Sql['unsafe']>) {
    if (connection.lost) throw new Error('the connection is lost')
    const statement = unsafe<T>(query, parameters, { ...options, prepare })
    watch(statement, (error) => {
      connection.lost ||= isLost(error)
      first ??= error
    })
    return statement
  }
  try {
    if (limits) await guarded(setLocally(limits))
    const result = await work(Object.assign(transaction, { unsafe: guarded }))
    return connection.lost ? await forever : result
  } catch (error) {
    if (!connection.lost) throw codeOf(error) === ABORTED ? (first ?? error) : error
    return forever
  }
}

const forever = new Promise<never>(() => {})

/** In one message, and without a snapshot: after one, no isolation level can be set. */
const setLocally = (limits: Limits) =>
  Object.entries(limits)
    .map(([name, value]) => `set local ${name} = ${value}`)
    .join('; ')

/** A promise of what is begun when it is first awaited. */
function lazily<T, More extends object>(begin: () => Promise<T>, more: More): PromiseLike<T> & More {
  let begun: Promise<T> | undefined
  return {
    ...more,
    // biome-ignore lint/suspicious/noThenProperty: a pending query is one, too.
    then(fulfilled, rejected) {
      begun ??= begin()
      return begun.then(fulfilled, rejected)
    },
  }
}

/** Makes the driver's promise report its failure; its rejection stays with the caller of the statement. */
function watch(statement: PromiseLike<unknown>, failed: (error: unknown) => void): void {
  statement.then(undefined, failed)
}

const isLost = (error: unknown) => LOST.has(codeOf(error)) || ENDED.has(codeOf(error))
