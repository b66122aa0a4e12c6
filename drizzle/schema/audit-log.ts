import { sql } from 'drizzle-orm'
import { bigint, index, jsonb, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { instant } from './columns'

/**
 * Every change and every security event. Rows are added, and the oldest deleted; each holds a hash over itself and the one before
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
    /** Of the commitments that are hashed in the place of personal data; null where there is none, or it was erased. */
    actorSalt: text('actor_salt'),
    targetSalt: text('target_salt'),
    /** SHA-256 (hex) over the previous row's hash and this row. */
    hash: text('hash').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.chain, table.sequence] }),
    index('audit_log_at').on(table.chain, table.at),
    index('audit_log_target').on(table.chain, table.targetId),
    index('audit_log_actor').on(table.chain, table.actorId).where(sql`actor_kind = 'end_user'`),
    index('audit_log_mail').on(table.chain, table.targetName).where(sql`target_kind = 'mail'`),
  ],
)
