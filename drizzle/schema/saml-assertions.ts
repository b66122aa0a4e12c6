import { index, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import type { SamlAssertion } from '@/lib/oauth/ports/saml-assertions'
import { instant } from './columns'
import { connections } from './organizations'

/** Validated SAML assertions, from their arrival until the browser that brought them is at the callback. */
export const samlAssertions = pgTable(
  'saml_assertions',
  {
    /** SHA-256 (hex) of the one-time id. */
    hash: text('hash').primaryKey(),
    connectionId: text('connection_id')
      .notNull()
      .references(() => connections.id, { onDelete: 'cascade' }),
    assertion: jsonb('assertion').$type<SamlAssertion>().notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    index('saml_assertions_connection').on(table.connectionId),
    index('saml_assertions_expires_at').on(table.expiresAt),
  ],
)
