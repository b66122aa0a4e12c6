import { bigint, index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { instant } from './columns'

/**
 * Every change and every security event. Rows are only ever added, and each holds a hash over itself and the one before
 * it, so that a row that was changed or taken out later shows.
 */
export const auditLog = pgTable(
  'audit_log',
  {
    /** The id of an organization, or `installation` for what belongs to none. */
    chain: text('chain').notNull(),
    /** Counts from 1 in each chain, without gaps. */
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    at: instant('at').notNull(),
    actorKind: text('actor_kind').notNull(),
    actorId: text('actor_id'),
    actorName: text('actor_name').notNull(),
    /** `connection.updated`, `grant.revoked` */
    action: text('action').notNull(),
    targetKind: text('target_kind').notNull(),
    targetId: text('target_id'),
    targetName: text('target_name').notNull(),
    detail: jsonb('detail').$type<Readonly<Record<string, unknown>>>().notNull(),
    /** SHA-256 (hex) over the previous row's hash and this row. */
    hash: text('hash').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.chain, table.sequence] }),
    index('audit_log_at').on(table.chain, table.at),
  ],
)
