import { type SQL, sql } from 'drizzle-orm'
import { check, foreignKey, index, integer, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import type { ResponseMode } from '../../lib/oauth/protocol/authorization-response'
import type { Prompt } from '../../lib/oauth/protocol/prompt'
import type { ReasonCode, TimelineEvent } from '../../lib/oauth/timeline'
import { clients } from './clients'
import { instant } from './columns'
import { deviceCodes } from './device-codes'
import { grants } from './grants'
import { connections } from './organizations'
import { servers } from './servers'

/** A timeline's line as JSON holds it. */
export type StoredTimelineEvent = Omit<TimelineEvent, 'at'> & { readonly at: string }

/** Visits to `/oauth/authorize`, also those that were refused, with their timeline. */
export const authorizationRequests = pgTable(
  'authorization_requests',
  {
    id: text('id').primaryKey(),
    /** What the error page shows. */
    reference: text('reference').notNull().unique(),
    serverId: text('server_id')
      .notNull()
      .references(() => servers.id),
    /** Null when the request was refused before its client was known, as is the redirect URI. */
    clientRowId: text('client_row_id'),
    /** `client_id` on the wire; of a refused request as it was presented. */
    clientId: text('client_id'),
    redirectUri: text('redirect_uri'),
    /** Set when a device waits for the answer; the redirect URI is then our own page. */
    deviceCodeId: text('device_code_id').references(() => deviceCodes.id, { onDelete: 'set null' }),
    state: text('state'),
    scope: jsonb('scope').$type<readonly string[]>().notNull().default([]),
    responseMode: text('response_mode').$type<ResponseMode>().notNull().default('query'),
    clientNonce: text('client_nonce'),
    prompt: jsonb('prompt').$type<readonly Prompt[]>().notNull().default([]),
    /** Seconds. */
    maxAge: integer('max_age'),
    uiLocales: text('ui_locales'),
    loginHint: text('login_hint'),
    /** The pushed request it came of, which may be gone by now. */
    pushedRequestHash: text('pushed_request_hash'),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    consentedAt: instant('consented_at'),
    /** The user whose earlier answer stood in for Allow; stays when that is taken back, so that it stands in once. */
    rememberedFor: text('remembered_for'),
    /** Requested scopes that the page showed as allowed before. */
    assumedScope: jsonb('assumed_scope').$type<readonly string[]>(),
    timeline: jsonb('timeline').$type<readonly StoredTimelineEvent[]>().notNull().default([]),
    /** The reason of the timeline's last failed line, so that it can be searched and counted. */
    failure: text('failure')
      .$type<ReasonCode>()
      .generatedAlwaysAs(
        (): SQL =>
          sql`jsonb_path_query_array(${authorizationRequests.timeline}, '$[*] ? (@.outcome == "failed").reason') ->> -1`,
      ),

    /** The login attempt at the identity provider. */
    connectionId: text('connection_id').references(() => connections.id),
    attemptId: text('attempt_id'),
    /** SHA-256 (hex) of the upstream state; null again once the attempt was taken. */
    stateHash: text('state_hash').unique(),
    /** Of the attempt that was taken last, and the instance that answers for it (see `lib/store/oauth/answers.ts`). */
    takenStateHash: text('taken_state_hash').unique(),
    takenAt: instant('taken_at'),
    takenBy: text('taken_by'),
    nonce: text('nonce'),
    /** Our PKCE verifier towards the upstream, sealed. */
    codeVerifier: text('code_verifier'),

    endedAt: instant('ended_at'),
    outcome: text('outcome', { enum: ['completed', 'denied', 'failed', 'refused'] }),
    grantId: text('grant_id').references(() => grants.id, { onDelete: 'set null' }),
  },
  (table) => [
    foreignKey({
      name: 'authorization_requests_client_of_same_server',
      columns: [table.serverId, table.clientRowId],
      foreignColumns: [clients.serverId, clients.id],
    }).onDelete('cascade'),
    check('authorization_requests_ended', sql`(${table.endedAt} is null) = (${table.outcome} is null)`),
    check(
      'authorization_requests_complete',
      sql`${table.outcome} is not distinct from 'refused' or (${table.clientRowId} is not null and ${table.clientId} is not null and ${table.redirectUri} is not null)`,
    ),
    index('authorization_requests_server').on(table.serverId, table.createdAt, table.id),
    index('authorization_requests_outcome').on(
      table.serverId,
      table.outcome,
      table.createdAt,
      table.id,
      table.failure,
    ),
    index('authorization_requests_failure')
      .on(table.serverId, table.failure, table.createdAt, table.id)
      .where(sql`${table.failure} is not null`),
    index('authorization_requests_client_id').on(table.serverId, table.clientId, table.createdAt, table.id),
    index('authorization_requests_login_hint')
      .on(table.serverId, sql`lower(${table.loginHint})`)
      .where(sql`${table.loginHint} is not null`),
    index('authorization_requests_remembered')
      .on(table.rememberedFor)
      .where(sql`${table.rememberedFor} is not null`),
    index('authorization_requests_client').on(table.serverId, table.clientRowId),
    index('authorization_requests_connection').on(table.connectionId, table.outcome, table.createdAt),
    index('authorization_requests_device_code').on(table.deviceCodeId),
    index('authorization_requests_grant').on(table.grantId),
    index('authorization_requests_created_at').on(table.createdAt),
    index('authorization_requests_pushed')
      .on(table.pushedRequestHash)
      .where(sql`${table.pushedRequestHash} is not null`),
    index('authorization_requests_secrets').on(table.expiresAt).where(sql`code_verifier is not null`),
  ],
)
