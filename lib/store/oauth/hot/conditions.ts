/** What the statements of tokens have in common, as SQL. Decision 0061. */

/** The row has the version that is remembered of it. Decision 0052. */
export const isAsRemembered = (table: 'servers' | 'clients', id: string, version: string): string =>
  `exists (select from ${table} as remembered where remembered.id = ${id} and remembered.version = ${version}::int)`

/**
 * The grant is of this server and client. Written so that no index serves it: the one of all grants of a client is no
 * way to find a single one, though a planner without statistics may think so.
 */
export const isOf = (grant: string, serverId: string, clientRowId: string): string =>
  `(${grant}.server_id, ${grant}.client_row_id) is not distinct from (${serverId}, ${clientRowId})`

/** As {@link isOf}, of any client. */
export const isOfServer = (grant: string, serverId: string): string =>
  `${grant}.server_id is not distinct from ${serverId}`

/** The operator keeps out this client or user. */
export const isBlocked = (table: 'clients' | 'users', id: string): string =>
  `exists (select from ${table} as blocked where blocked.id = ${id} and blocked.blocked_at is not null)`

/** As in `in-time.ts`. */
export const isInTime = (deadline: string): string =>
  `pg_catalog.clock_timestamp() < ${deadline}::timestamptz`
