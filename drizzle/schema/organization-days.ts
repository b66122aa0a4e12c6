import { date, index, integer, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { ReasonCode } from '../../lib/oauth/timeline'
import { organizations } from './organizations'

/** Results of an organization's finished days, in UTC, counted once. */
export const organizationDays = pgTable(
  'organization_days',
  {
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    day: date('day', { mode: 'string' }).notNull(),
    completed: integer('completed').notNull(),
    /** Failed, refused, or denied by the user. */
    failed: integer('failed').notNull(),
    refreshes: integer('refreshes').notNull(),
    /** Live at the end of the day. */
    grants: integer('grants').notNull(),
    failures: jsonb('failures')
      .$type<readonly { readonly reason: ReasonCode; readonly number: number }[]>()
      .notNull(),
    /** Logins that should not have been needed, by client. */
    relogins: jsonb('relogins')
      .$type<
        readonly { readonly clientRowId: string; readonly clientId: string; readonly number: number }[]
      >()
      .notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.day] }),
    index('organization_days_day').on(table.day),
  ],
)
