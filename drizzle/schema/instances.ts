import { index, pgTable, text } from 'drizzle-orm/pg-core'
import { instant } from './columns'

/** Processes that spend codes and refresh tokens: how far each is known to have answered (see `lib/store/oauth/answers.ts`). */
export const instances = pgTable(
  'instances',
  {
    id: text('id').primaryKey(),
    startedAt: instant('started_at').notNull().defaultNow(),
    /** Whatever the instance spent up to then was answered, or given back. */
    answeredUntil: instant('answered_until').notNull(),
  },
  (table) => [index('instances_answered_until').on(table.answeredUntil)],
)
