import { type PostgresRelay, relayPostgres } from './postgres-relay'

/** A database behind a relay that writes down the statements which pass. */
export type CountedPostgres = PostgresRelay & {
  /** What was executed since the last call, without what is prepared for it. */
  statements(): readonly string[]
}

/** @param target of the database: `postgres://…` without TLS */
export async function countPostgres(target: string): Promise<CountedPostgres> {
  let executed: string[] = []
  const relay = await relayPostgres(target, ({ type, statement, bytes }) => {
    if (type === 'E' || type === 'Q') executed.push(statement)
    return bytes
  })
  return {
    ...relay,
    statements() {
      const since = executed
      executed = []
      return since
    },
  }
}
