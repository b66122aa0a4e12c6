import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { instant } from './columns'

/** What Redis would hold, where there is none: PKCE challenges and authorization codes, for minutes. */
export const challenges = pgTable(
  'challenges',
  {
    key: text('key').primaryKey(),
    value: jsonb('value').$type<Readonly<Record<string, unknown>>>().notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('challenges_expires_at').on(table.expiresAt)],
)
