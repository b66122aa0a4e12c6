import { index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { instant } from './columns'

/**
 * How many registrations of a server, and of a network at a server, wait for their first token: never fewer than there
 * are, and exactly as many whenever they are counted. Decision 0121.
 */
export const registrationCounts = pgTable(
  'registration_counts',
  {
    /** The server's id; of a network at it, that and the network. */
    key: text('key').primaryKey(),
    /** Registrations, and those that instances may still make. */
    held: integer('held').notNull(),
    /** Of the count that it began with: what instances took before that is void. */
    countId: text('count_id').notNull(),
    countedAt: instant('counted_at').notNull(),
  },
  (table) => [index('registration_counts_counted_at').on(table.countedAt)],
)
