import { type PostgresRelay, relayPostgres } from './postgres-relay'

const FAILURE = `do $$ begin raise 'collision' using errcode = '40001'; end $$`

/** What never collides, since it does nothing to rows. */
const HARMLESS = /^(begin|rollback|start transaction|savepoint|release)/i

/**
 * A database that refuses some statements as serialization failures (40001), as engines do that are distributed or run
 * at that isolation level. A commit is refused by undoing its transaction.
 *
 * @param target of the database: `postgres://…` without TLS
 * @param isRefused asked for each statement
 */
export function collidingPostgres(target: string, isRefused: () => boolean): Promise<PostgresRelay> {
  return relayPostgres(target, ({ type, statement, bytes }) => {
    if ((type !== 'B' && type !== 'Q') || HARMLESS.test(statement) || !isRefused()) return bytes
    const isCommit = /^commit/i.test(statement)
    if (type === 'Q') return message('Q', `${isCommit ? 'rollback; ' : ''}${FAILURE}\0`)
    // The client's own Execute follows.
    return Buffer.concat(isCommit ? [...bound('rollback'), EXECUTE, ...bound(FAILURE)] : bound(FAILURE))
  })
}

function message(type: string, body: string): Buffer {
  const bytes = Buffer.from(`${type}\0\0\0\0${body}`)
  bytes.writeInt32BE(bytes.length - 1, 1)
  return bytes
}

/** Parse and Bind of an unnamed statement without parameters. */
const bound = (statement: string) => [message('P', `\0${statement}\0\0\0`), message('B', '\0'.repeat(8))]
const EXECUTE = message('E', '\0\0\0\0\0')
