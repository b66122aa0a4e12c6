import postgres, { type Options, type PostgresError, type Sql, type TransactionSql } from 'postgres'

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

/**
 * A pool of connections that is replaced as a whole when one of them breaks.
 *
 * The driver cannot be trusted with a connection that broke. It sends the `rollback` of a transaction, or whatever else
 * the transaction does next, to a socket that is gone; and a write that was put off when the connection closed blocks
 * every later one of the same slot, so that the slot answers nothing but time-outs until the process ends. (postgres
 * 3.4.9, `connection.js`: `closed` clears `nextWriteTimer` and leaves it set.) So nothing is sent on a transaction whose
 * connection is lost, and the slots are left behind with their pool.
 */
export function replaceablePool(url: string, options: Options<Record<string, never>>): Sql {
  const open = () => postgres(url, options)
  let pool = open()
  const { parsers, serializers } = pool.options

  /** Later statements go to a new pool; those under way end on the old one. */
  function replace(broken: Sql): void {
    if (broken !== pool) return
    pool = open()
    // Drizzle has changed those of the first pool, and connections hold on to the objects.
    Object.assign(pool.options.parsers, parsers)
    Object.assign(pool.options.serializers, serializers)
    setTimeout(() => void broken.end({ timeout: LAST_STATEMENTS / 1_000 }), LAST_STATEMENTS).unref()
  }

  // Drizzle's statements are few and constant, so every connection prepares them once, until a pooler cannot have it.
  let prepare = true
  const failed = (error: unknown) => {
    if (prepare && NOT_PREPARABLE.has(codeOf(error))) prepare = false
  }

  function unsafe<T extends unknown[]>(...[query, parameters, queryOptions]: Parameters<Sql['unsafe']>) {
    const used = pool
    const statement = used.unsafe<T>(query, parameters, { ...queryOptions, prepare })
    watch(statement, () => replace(used), failed)
    return statement
  }

  const begin = async <T>(work: (transaction: TransactionSql) => T | Promise<T>): Promise<unknown> => {
    const used = pool
    const connection = { lost: false }
    try {
      return await used.begin((transaction) =>
        guardedWork(transaction, work, { connection, prepare, failed }),
      )
    } catch (error) {
      // Before the work, which may still be busy with something else, uses the transaction again.
      connection.lost ||= isLost(error)
      if (connection.lost) replace(used)
      throw error
    }
  }

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
  readonly failed: (error: unknown) => void
}

/** Never settles when the connection is lost: the driver would answer by sending `commit` or `rollback` on it. */
async function guardedWork<T>(
  transaction: TransactionSql,
  work: (transaction: TransactionSql) => T | Promise<T>,
  { connection, prepare, failed }: TransactionContext,
): Promise<T> {
  const { unsafe } = transaction
  function guarded<T extends unknown[]>(...[query, parameters, options]: Parameters<Sql['unsafe']>) {
    if (connection.lost) throw new Error('the connection is lost')
    const statement = unsafe<T>(query, parameters, { ...options, prepare })
    const lost = () => {
      connection.lost = true
    }
    watch(statement, lost, failed)
    return statement
  }
  try {
    const result = await work(Object.assign(transaction, { unsafe: guarded }))
    return connection.lost ? await forever : result
  } catch (error) {
    if (!connection.lost) throw error
    return forever
  }
}

const forever = new Promise<never>(() => {})

/** Makes the driver's promise report failures and a lost connection; its rejection stays with the caller of the statement. */
function watch(statement: PromiseLike<unknown>, lost: () => void, failed: (error: unknown) => void): void {
  statement.then(undefined, (error: unknown) => {
    failed(error)
    if (isLost(error)) lost()
  })
}

const isLost = (error: unknown) => LOST.has(codeOf(error)) || ENDED.has(codeOf(error))

/** Empty for what did not come from the driver. */
function codeOf(error: unknown): string {
  return (error instanceof Error && (error as Partial<PostgresError>).code) || ''
}
