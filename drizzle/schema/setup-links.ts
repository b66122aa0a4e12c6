import { sql } from 'drizzle-orm'
import { check, index, pgTable, text } from 'drizzle-orm/pg-core'
import { createdAt, instant } from './columns'
import { organizations } from './organizations'

/** Links for completing one connection without an account. */
export const setupLinks = pgTable(
  'setup_links',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    /** No foreign key: it may be the id of a connection that the link's holder has yet to fill in. */
    connectionId: text('connection_id').notNull(),
    /** What the connection is called when it is made by this link. */
    connectionName: text('connection_name').notNull(),
    /** Whom the link was made for. */
    label: text('label').notNull(),
    /** SHA-256 (hex) of what the link holds. */
    tokenHash: text('token_hash').notNull().unique(),
    createdBy: text('created_by').notNull(),
    /** The operator or API key that made it. */
    createdById: text('created_by_id'),
    createdAt: createdAt(),
    expiresAt: instant('expires_at').notNull(),
    /** To the minute. */
    lastUsedAt: instant('last_used_at'),
    /** When it ceased to work before it expired, and why. */
    endedAt: instant('ended_at'),
    ending: text('ending', { enum: ['revoked', 'finished', 'connection_deleted'] }),
  },
  (table) => [
    check(
      'setup_links_ending',
      sql`(${table.endedAt} is null) = (${table.ending} is null) and ${table.ending} in ('revoked', 'finished', 'connection_deleted')`,
    ),
    index('setup_links_organization').on(table.organizationId, table.createdAt),
    index('setup_links_created_by').on(table.createdById),
    index('setup_links_connection').on(table.connectionId),
    index('setup_links_expires_at').on(table.expiresAt),
  ],
)
