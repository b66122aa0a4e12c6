import { sql } from 'drizzle-orm'
import { bigint, boolean, check, index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { createdAt, instant } from './columns'
import { organizations } from './organizations'

/** Where an organization's audit log is sent to, entry by entry. */
export const webhooks = pgTable(
  'webhooks',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    url: text('url').notNull(),
    /** How the actions begin that are sent; none: all of them. */
    actions: jsonb('actions').$type<readonly string[]>().notNull(),
    enabled: boolean('enabled').notNull().default(true),
    /** Set while it is off because its receiver answered 410. */
    goneAt: instant('gone_at'),
    /** Sealed, as the one before it, which signs as well until the point in time beside it. */
    secret: text('secret').notNull(),
    previousSecret: text('previous_secret'),
    previousSecretUntil: instant('previous_secret_until'),
    /** The body, with placeholders; null: the entry as an export has it. */
    template: text('template'),
    /** More headers, sealed: they hold the receiver's tokens. */
    headers: text('headers'),
    /** Entries of the audit log up to this sequence have been made deliveries of, or passed over. */
    cursor: bigint('cursor', { mode: 'number' }).notNull(),
    /** Failed attempts since the last one that went well. */
    failures: integer('failures').notNull().default(0),
    /** Nothing is sent before, since the last attempt failed. */
    resumesAt: instant('resumes_at'),
    /** The lease: its holder, and its end. */
    lease: text('lease'),
    leasedUntil: instant('leased_until'),
    /** When a sender last took it: the one that waited longest is next. */
    servedAt: instant('served_at'),
    createdBy: text('created_by').notNull(),
    createdAt: createdAt(),
  },
  (table) => [index('webhooks_organization').on(table.organizationId, table.createdAt)],
)

/** One entry of the audit log on its way to one webhook. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    /** `webhook-id` on the wire, the same at every attempt. */
    id: text('id').primaryKey(),
    webhookId: text('webhook_id')
      .notNull()
      .references(() => webhooks.id, { onDelete: 'cascade' }),
    /** Of the entry. */
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    /** `dead`: the last attempt failed; kept so that an operator can send it again. */
    state: text('state', { enum: ['waiting', 'delivered', 'dead'] })
      .notNull()
      .default('waiting'),
    /** How often it was tried, the one under way included. */
    attempts: integer('attempts').notNull().default(0),
    nextAttemptAt: instant('next_attempt_at').notNull(),
    lastAttemptAt: instant('last_attempt_at'),
    /** HTTP status of the last answer; null when there was none. */
    lastStatus: integer('last_status'),
    /** Why there was none. */
    lastProblem: text('last_problem'),
    /** How the last answer's body began, unless all went well. */
    lastAnswer: text('last_answer'),
    endedAt: instant('ended_at'),
  },
  (table) => [
    unique('webhook_deliveries_entry').on(table.webhookId, table.sequence),
    index('webhook_deliveries_state_entry').on(table.webhookId, table.state, table.sequence),
    index('webhook_deliveries_ended').on(table.state, table.endedAt),
    check('webhook_deliveries_state', sql`${table.state} in ('waiting', 'delivered', 'dead')`),
  ],
)
