import { index, pgTable, text } from 'drizzle-orm/pg-core'
import type { SecurityEvent } from '@/lib/oauth/ports/events'
import { instant } from './columns'
import { servers } from './servers'

/** What an auditor asks about. Rows are only ever added, and outlive the grants and users that they name. */
export const securityEvents = pgTable(
  'security_events',
  {
    id: text('id').primaryKey(),
    at: instant('at').notNull(),
    serverId: text('server_id')
      .notNull()
      .references(() => servers.id),
    kind: text('kind').$type<SecurityEvent['kind']>().notNull(),
    grantId: text('grant_id'),
    userId: text('user_id'),
    /** `client_id` on the wire. */
    clientId: text('client_id'),
    detail: text('detail'),
  },
  (table) => [index('security_events_server_at').on(table.serverId, table.at)],
)

/** Events that are not in the audit chain yet, because their requests must not wait for it. */
export const unchainedEvents = pgTable(
  'unchained_events',
  {
    eventId: text('event_id')
      .primaryKey()
      .references(() => securityEvents.id),
    at: instant('at').notNull(),
  },
  (table) => [index('unchained_events_at').on(table.at)],
)
