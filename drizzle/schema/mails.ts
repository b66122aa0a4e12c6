import { sql } from 'drizzle-orm'
import { check, index, integer, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { createdAt, instant } from './columns'
import { organizations } from './organizations'

/** A mail on its way, and for a while what became of it. */
export const mails = pgTable(
  'mails',
  {
    id: text('id').primaryKey(),
    /** Null: of the installation. */
    organizationId: text('organization_id').references(() => organizations.id, { onDelete: 'cascade' }),
    /** `invitation`, `alert_connection`, … */
    kind: text('kind').notNull(),
    recipient: text('recipient').notNull(),
    /** What a second mail about the same thing would have, too: it is not sent. */
    occasion: text('occasion'),
    /** Sealed, since links are secrets; null once it has ended. */
    content: text('content'),
    state: text('state', { enum: ['waiting', 'sent', 'failed'] })
      .notNull()
      .default('waiting'),
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: instant('next_attempt_at').notNull(),
    /** A code: why the last attempt failed. */
    problem: text('problem'),
    createdAt: createdAt(),
  },
  (table) => [
    unique('mails_occasion').on(table.occasion, table.recipient),
    index('mails_waiting').on(table.nextAttemptAt).where(sql`state = 'waiting'`),
    index('mails_organization').on(table.organizationId, table.createdAt),
    index('mails_created_at').on(table.createdAt),
    check('mails_state', sql`${table.state} in ('waiting', 'sent', 'failed')`),
    check('mails_content', sql`(${table.content} is null) = (${table.state} <> 'waiting')`),
  ],
)
