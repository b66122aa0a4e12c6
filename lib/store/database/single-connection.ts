import postgres, { type Sql } from 'postgres'

/**
 * A connection of its own, for what is done once: migrations, backups. It is ended by whoever asked for it.
 *
 * Arrays in results are the text that the database sends. To read them the driver would ask for their types as it
 * connects, in a statement whose failure nobody hears of: the process ended with it.
 *
 * @param url `postgres://…`
 */
export const singleConnection = (url: string): Sql =>
  postgres(url, { max: 1, connect_timeout: 5, prepare: false, fetch_types: false, onnotice: () => {} })
