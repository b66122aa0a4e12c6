import { sql } from 'drizzle-orm'
import { check, index, pgTable, text } from 'drizzle-orm/pg-core'
import { bytea, instant } from './columns'

/** Metadata documents and key sets of clients, as they were fetched last. Public, and shared by all servers. */
export const clientDocuments = pgTable(
  'client_documents',
  {
    url: text('url').primaryKey(),
    /** JSON, as text: it may hold strings that `jsonb` refuses. */
    body: text('body').notNull(),
    fetchedAt: instant('fetched_at').notNull(),
    freshUntil: instant('fresh_until').notNull(),
  },
  (table) => [index('client_documents_fetched_at').on(table.fetchedAt)],
)

/** Logos that metadata documents name, made small by us; gone with the document. */
export const clientLogos = pgTable(
  'client_logos',
  {
    url: text('url')
      .primaryKey()
      .references(() => clientDocuments.url, { onDelete: 'cascade' }),
    /** Where the document said that it lies when it was fetched. */
    source: text('source').notNull(),
    /** PNG; null where none could be had. */
    image: bytea('image'),
    fetchedAt: instant('fetched_at').notNull(),
  },
  (table) => [check('client_logos_image', sql`octet_length(${table.image}) <= 73728`)],
)

/** Ids of client assertions that were used (RFC 7523 §3), until the assertions expire. */
export const assertionIds = pgTable(
  'assertion_ids',
  {
    /** SHA-256 (hex) of the client and the `jti`. */
    idHash: text('id_hash').primaryKey(),
    expiresAt: instant('expires_at').notNull(),
    spentAt: instant('spent_at'),
    /** The instance that answers for it (see `lib/store/oauth/answers.ts`). */
    spentBy: text('spent_by'),
  },
  (table) => [index('assertion_ids_expires_at').on(table.expiresAt)],
)
