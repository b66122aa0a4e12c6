import { boolean, foreignKey, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { clients } from './clients'
import { instant } from './columns'
import { grants } from './grants'

/** Devices that wait for their users (RFC 8628), and for a while after. */
export const deviceCodes = pgTable(
  'device_codes',
  {
    id: text('id').primaryKey(),
    /** SHA-256 (hex), as the next one. */
    deviceCodeHash: text('device_code_hash').notNull().unique(),
    userCodeHash: text('user_code_hash').notNull().unique('device_codes_user_code'),
    serverId: text('server_id').notNull(),
    clientRowId: text('client_row_id').notNull(),
    /** `client_id` on the wire; it never changes. */
    clientId: text('client_id').notNull(),
    /** The device's network, as far as one is kept: codes typed there are let through when many wrong ones are. */
    network: text('network'),
    scope: jsonb('scope').$type<readonly string[]>().notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    /** Seconds between two polls. */
    interval: integer('poll_interval').notNull(),
    lastPolledAt: instant('last_polled_at'),
    /** Whether the last poll came too early. */
    polledEarly: boolean('polled_early').notNull().default(false),
    /** Set when the user's login is complete. */
    grantId: text('grant_id').references(() => grants.id, { onDelete: 'cascade' }),
  },
  (table) => [
    foreignKey({
      name: 'device_codes_client_of_same_server',
      columns: [table.serverId, table.clientRowId],
      foreignColumns: [clients.serverId, clients.id],
    }).onDelete('cascade'),
    index('device_codes_client').on(table.serverId, table.clientRowId),
    index('device_codes_grant').on(table.grantId),
    index('device_codes_expires_at').on(table.expiresAt),
  ],
)

/** Guesses at user codes, by a digest of who makes them, until they are forgotten. */
export const deviceGuesses = pgTable(
  'device_guesses',
  {
    guesser: text('guesser').primaryKey(),
    guesses: integer('guesses').notNull(),
    resetsAt: instant('resets_at').notNull(),
  },
  (table) => [index('device_guesses_resets_at').on(table.resetsAt)],
)
