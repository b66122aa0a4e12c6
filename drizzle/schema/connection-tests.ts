import { sql } from 'drizzle-orm'
import { check, foreignKey, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import type { ReasonCode } from '../../lib/oauth/timeline'
import { instant } from './columns'
import { connections } from './organizations'

/** A step of a test login, with what came back. Holds no code, token or secret. */
export type StoredTestStep = {
  readonly name: 'metadata' | 'request' | 'answer' | 'tokens' | 'identity'
  readonly outcome: 'done' | 'failed'
  readonly reason?: ReasonCode
  /** A sentence of ours for the operator. */
  readonly detail?: string
  readonly facts: Readonly<Record<string, string>>
}

/** Logins that an operator makes to try a connection. They lead to no user, no grant and no token. */
export const connectionTests = pgTable(
  'connection_tests',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    connectionId: text('connection_id').notNull(),
    /** The operator, or `setup_link:` and its id, who began it and alone can finish it. */
    operatorId: text('operator_id').notNull(),
    operatorName: text('operator_name').notNull(),
    /** SHA-256 (hex) of the upstream state; null again, as the next two, once the answer came. */
    stateHash: text('state_hash').unique(),
    nonce: text('nonce'),
    /** Our PKCE verifier towards the upstream, sealed. */
    codeVerifier: text('code_verifier'),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    outcome: text('outcome', { enum: ['running', 'passed', 'failed'] }).notNull(),
    steps: jsonb('steps').$type<readonly StoredTestStep[]>().notNull(),
    /** Names and values for display. */
    claims: jsonb('claims').$type<readonly (readonly [string, string])[]>(),
  },
  (table) => [
    foreignKey({
      name: 'connection_tests_connection_of_same_organization',
      columns: [table.organizationId, table.connectionId],
      foreignColumns: [connections.organizationId, connections.id],
    }).onDelete('cascade'),
    check('connection_tests_outcome', sql`${table.outcome} in ('running', 'passed', 'failed')`),
    index('connection_tests_connection').on(table.organizationId, table.connectionId, table.createdAt),
    index('connection_tests_created_at').on(table.createdAt),
  ],
)
