import { sql } from 'drizzle-orm'
import { index, integer, pgTable, text } from 'drizzle-orm/pg-core'
import { createdAt, instant, role } from './columns'
import { organizations } from './organizations'

/** What programs call the management API with. A row stays for a while when its key has ended. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    /** Null: of the installation, and so for every organization. */
    organizationId: text('organization_id').references(() => organizations.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    role: role(),
    /** SHA-256 (hex). */
    hash: text('hash').notNull().unique(),
    createdBy: text('created_by').notNull(),
    /** The operator or API key that made it; null: the command line. */
    createdById: text('created_by_id'),
    createdAt: createdAt(),
    /** Null: never. */
    expiresAt: instant('expires_at'),
    revokedAt: instant('revoked_at'),
    /** To the minute. */
    lastUsedAt: instant('last_used_at'),
  },
  (table) => [
    index('api_keys_organization').on(table.organizationId, table.name, table.id),
    index('api_keys_created_by').on(table.createdById),
    index('api_keys_revoked_at').on(table.revokedAt).where(sql`revoked_at is not null`),
    index('api_keys_expires_at').on(table.expiresAt).where(sql`expires_at is not null`),
  ],
)

/** Requests that were sent with an idempotency key, so that sending one again does nothing twice. */
export const idempotentRequests = pgTable(
  'idempotent_requests',
  {
    /** SHA-256 (hex) of the API key's id and the idempotency key. */
    id: text('id').primaryKey(),
    apiKeyId: text('api_key_id')
      .notNull()
      .references(() => apiKeys.id, { onDelete: 'cascade' }),
    /** SHA-256 (hex) of what was asked for. */
    fingerprint: text('fingerprint').notNull(),
    /** Incremented by each execution: an execution that was given up finds another number here. */
    attempt: integer('attempt').notNull().default(1),
    /** Sealed, for it may hold a secret that is shown once; null while the request is under way. */
    answer: text('answer'),
    startedAt: instant('started_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    index('idempotent_requests_api_key').on(table.apiKeyId),
    index('idempotent_requests_expires_at').on(table.expiresAt),
  ],
)
