import { index, pgTable, text } from 'drizzle-orm/pg-core'
import { instant } from './columns'

/**
 * Whom an identity provider has signed out, for as long as a login that began before may be under way: what it says of
 * them with an ID token that was issued until then comes too late. Decision 0085.
 */
export const departures = pgTable(
  'departures',
  {
    /** SHA-256 (hex) of the connection and of what names them there: their session, subject or email. */
    hash: text('hash').primaryKey(),
    /** By the clock of the identity provider. */
    at: instant('at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('departures_expires_at').on(table.expiresAt)],
)
