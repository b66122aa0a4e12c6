import { foreignKey, index, pgTable, text } from 'drizzle-orm/pg-core'
import { instant } from './columns'
import { connections, users } from './organizations'

/** Which user a browser has been at a connection, by the hash of its cookie, until it expires. */
export const browserSessions = pgTable(
  'browser_sessions',
  {
    /** SHA-256 (hex). */
    hash: text('hash').primaryKey(),
    organizationId: text('organization_id').notNull(),
    connectionId: text('connection_id').notNull(),
    userId: text('user_id').notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    foreignKey({
      name: 'browser_sessions_connection_of_same_organization',
      columns: [table.organizationId, table.connectionId],
      foreignColumns: [connections.organizationId, connections.id],
    }).onDelete('cascade'),
    foreignKey({
      name: 'browser_sessions_user_of_same_organization',
      columns: [table.organizationId, table.userId],
      foreignColumns: [users.organizationId, users.id],
    }).onDelete('cascade'),
    index('browser_sessions_connection').on(table.organizationId, table.connectionId),
    index('browser_sessions_user').on(table.organizationId, table.userId),
    index('browser_sessions_expires_at').on(table.expiresAt),
  ],
)
