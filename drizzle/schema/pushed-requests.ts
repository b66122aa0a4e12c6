import { index, pgTable, text } from 'drizzle-orm/pg-core'
import { instant } from './columns'
import { servers } from './servers'

/** Authorization requests that clients sent ahead (RFC 9126), until they expire. */
export const pushedRequests = pgTable(
  'pushed_requests',
  {
    /** SHA-256 (hex) of the random part of the `request_uri`. */
    hash: text('hash').primaryKey(),
    serverId: text('server_id')
      .notNull()
      .references(() => servers.id, { onDelete: 'cascade' }),
    /** `client_id` on the wire. */
    clientId: text('client_id').notNull(),
    /** Form-encoded. */
    parameters: text('parameters').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    index('pushed_requests_server').on(table.serverId),
    index('pushed_requests_expires_at').on(table.expiresAt),
  ],
)
