import { index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { instant } from './columns'

/** Attempts to sign in with a password that nothing good came of, by a digest of account and browser. */
export const signInAttempts = pgTable(
  'sign_in_attempts',
  {
    /** HMAC of the typed address, whether or not it has an account. */
    account: text('account').primaryKey(),
    attempts: integer('attempts').notNull(),
    /** Until then no password is looked at. */
    blockedUntil: instant('blocked_until').notNull(),
    /** When it is forgotten. */
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('sign_in_attempts_expires_at').on(table.expiresAt)],
)
