import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import type { RevocationReason } from '../../lib/oauth/ports/events'
import { clients } from './clients'
import { createdAt, instant } from './columns'
import { connections, users } from './organizations'
import { servers } from './servers'

/** Columns that tie a row to one user, server and client of one organization. */
const ties = () => ({
  organizationId: text('organization_id').notNull(),
  serverId: text('server_id').notNull(),
  userId: text('user_id').notNull(),
  clientRowId: text('client_row_id').notNull(),
})

/** What a user gave: user + client + resource + scope. Every token hangs on one. Decision 0013. */
export const grants = pgTable(
  'grants',
  {
    id: text('id').primaryKey(),
    ...ties(),
    /**
     * `service`: of a client that acts for itself, without a user; `assertion`: of a user whom a trusted issuer vouched
     * for. There is one live one of those for each client, and for each client and user.
     */
    kind: text('kind', { enum: ['login', 'service', 'assertion'] })
      .notNull()
      .default('login'),
    userId: text('user_id'),
    /** `client_id` on the wire; it never changes. */
    clientId: text('client_id').notNull(),
    /** Null where no redirect was involved. */
    redirectUri: text('redirect_uri'),
    scope: jsonb('scope').$type<readonly string[]>().notNull(),
    claims: jsonb('claims').$type<Readonly<Record<string, unknown>>>().notNull(),
    /** What the identity provider says of the user, for access rules; null of a grant that is older than they. */
    userClaims: jsonb('user_claims').$type<Readonly<Record<string, unknown>>>(),
    /** The client's, and when the user authenticated: for ID tokens. */
    nonce: text('nonce'),
    authTime: instant('auth_time'),
    createdAt: createdAt(),
    /** SHA-256 (hex) of its authorization code; of a device code, once it was redeemed. */
    codeHash: text('code_hash').unique('grants_code_hash'),
    /** The linked login that the user came by: `users.id`; null: by their own. */
    identityId: text('identity_id'),
    /** No index knows it, nor what else a redemption changes: it would have to write into all of them. Decision 0149. */
    redeemedAt: instant('redeemed_at'),
    /** The instance that answered the redemption: `instances.id`. */
    redeemedBy: text('redeemed_by'),
    /** Where its last token went: a /24 or a /48, never an address. Of one with refresh tokens, those know. */
    network: text('network'),
    revokedAt: instant('revoked_at'),
    revokedReason: text('revoked_reason').$type<RevocationReason>(),
    /** Its code was not redeemed in time, as clean-up has found (`grant_checks`). */
    isAbandoned: boolean('is_abandoned').notNull().default(false),
  },
  (table) => [
    foreignKey({
      name: 'grants_server_of_same_organization',
      columns: [table.organizationId, table.serverId],
      foreignColumns: [servers.organizationId, servers.id],
    }),
    foreignKey({
      name: 'grants_user_of_same_organization',
      columns: [table.organizationId, table.userId],
      foreignColumns: [users.organizationId, users.id],
    }),
    foreignKey({
      name: 'grants_client_of_same_server',
      columns: [table.serverId, table.clientRowId],
      foreignColumns: [clients.serverId, clients.id],
    }),
    check('grants_user', sql`(${table.userId} is null) = (${table.kind} = 'service')`),
    uniqueIndex('grants_service')
      .on(table.serverId, table.clientRowId)
      .where(sql`${table.kind} = 'service' and ${table.revokedAt} is null`),
    uniqueIndex('grants_assertion')
      .on(table.serverId, table.clientRowId, table.userId)
      .where(sql`${table.kind} = 'assertion' and ${table.revokedAt} is null`),
    index('grants_server').on(table.organizationId, table.serverId, table.createdAt, table.id),
    // Of those that lists show: a login whose code was never redeemed is in none, however many there are.
    index('grants_shown')
      .on(table.organizationId, table.createdAt, table.id, table.revokedAt)
      .where(sql`not is_abandoned or revoked_at is not null`),
    index('grants_revoked_at')
      .on(table.organizationId, table.revokedAt)
      .where(sql`${table.revokedAt} is not null`),
    index('grants_user').on(table.organizationId, table.userId, table.createdAt, table.id),
    index('grants_client').on(table.serverId, table.clientRowId, table.createdAt, table.id),
    index('grants_abandoned').on(table.createdAt).where(sql`is_abandoned`),
  ],
)

/** When clean-up looks, once, whether a login's code was redeemed. */
export const grantChecks = pgTable(
  'grant_checks',
  {
    grantId: text('grant_id').primaryKey(),
    checkAt: instant('check_at').notNull(),
  },
  (table) => [index('grant_checks_check_at').on(table.checkAt)],
)

/** The user's recorded answer for one client, redirect URI, resource and scope. */
export const consents = pgTable(
  'consents',
  {
    id: text('id').primaryKey(),
    ...ties(),
    redirectUri: text('redirect_uri').notNull(),
    resource: text('resource').notNull(),
    scope: jsonb('scope').$type<readonly string[]>().notNull(),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    foreignKey({
      name: 'consents_server_of_same_organization',
      columns: [table.organizationId, table.serverId],
      foreignColumns: [servers.organizationId, servers.id],
    }),
    foreignKey({
      name: 'consents_user_of_same_organization',
      columns: [table.organizationId, table.userId],
      foreignColumns: [users.organizationId, users.id],
    }),
    foreignKey({
      name: 'consents_client_of_same_server',
      columns: [table.serverId, table.clientRowId],
      foreignColumns: [clients.serverId, clients.id],
    }),
    unique('consents_answer').on(table.userId, table.clientRowId, table.redirectUri, table.resource),
    index('consents_server').on(table.organizationId, table.serverId),
    index('consents_user').on(table.organizationId, table.userId),
    index('consents_client').on(table.serverId, table.clientRowId),
  ],
)

/** What the identity provider gave for a grant. Every token is sealed to its row and column. */
export const upstreamTokens = pgTable(
  'upstream_tokens',
  {
    grantId: text('grant_id')
      .primaryKey()
      .references(() => grants.id, { onDelete: 'cascade' }),
    /** Where they come from: the server may lead elsewhere by now. */
    connectionId: text('connection_id')
      .notNull()
      .references(() => connections.id),
    accessToken: text('access_token').notNull(),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    /** Of the access token, as the identity provider says. */
    scope: text('scope'),
    /** SHA-256 (hex) of the session at the identity provider (`sid` of the ID token); null where it named none. */
    sessionHash: text('session_hash'),
    /** What a refresh gives that asks for no scope; null: the same. */
    grantedScope: text('granted_scope'),
    /** The scope that a refresh was asked to narrow the access token to, in vain. */
    unnarrowableTo: text('unnarrowable_to'),
    expiresAt: instant('expires_at'),
    updatedAt: instant('updated_at').notNull(),
    /** Counts what refreshes brought, good or bad: a lease is for the row as it was seen. */
    revision: integer('revision').notNull().default(0),
    /** The holder of the lease on the refresh, and its end. */
    leaseId: text('lease_id'),
    leaseExpiresAt: instant('lease_expires_at'),
    /** The first refresh in a row that got no answer, how many did, and when to try again. */
    failingSince: instant('failing_since'),
    failures: integer('failures').notNull().default(0),
    retryAt: instant('retry_at'),
    /** When the grant was revoked: the row waits to be revoked upstream, and deleted. */
    endedAt: instant('ended_at'),
    /** When clean-up looks whether the grant is over: at once, until it knows. */
    checkAt: instant('check_at').notNull().default(new Date(0)),
  },
  (table) => [
    index('upstream_tokens_check_at').on(table.checkAt),
    index('upstream_tokens_connection').on(table.connectionId),
    index('upstream_tokens_session')
      .on(table.connectionId, table.sessionHash)
      .where(sql`session_hash is not null`),
    index('upstream_tokens_ended').on(table.endedAt).where(sql`${table.endedAt} is not null`),
  ],
)

/** Refresh tokens by their hash. A grant's are its token family. */
export const refreshTokens = pgTable(
  'refresh_tokens',
  {
    /** SHA-256 (hex). */
    hash: text('hash').primaryKey(),
    grantId: text('grant_id')
      .notNull()
      .references(() => grants.id, { onDelete: 'cascade' }),
    nonce: text('nonce').notNull(),
    keyId: text('key_id').notNull(),
    issuedAt: instant('issued_at').notNull().defaultNow(),
    /** Where it was issued to: a /24 or a /48, never an address. */
    network: text('network'),
    expiresAt: instant('expires_at').notNull(),
    /** When it was first exchanged for its successor; never changed after that. */
    rotatedAt: instant('rotated_at'),
    /** The instance that answered last with its successor: `instances.id`. */
    rotatedBy: text('rotated_by'),
  },
  (table) => [
    // With the time, so that a day's refreshes are counted in the index alone.
    index('refresh_tokens_grant').on(table.grantId, table.issuedAt),
    index('refresh_tokens_expires_at').on(table.expiresAt),
  ],
)

/** Opaque access tokens by their hash, until they expire. A token that is revoked by itself is deleted. */
export const accessTokens = pgTable(
  'access_tokens',
  {
    /** SHA-256 (hex). */
    hash: text('hash').primaryKey(),
    /** What introspection calls it (`jti`); tells nothing of the token. */
    id: text('id').notNull(),
    grantId: text('grant_id')
      .notNull()
      .references(() => grants.id, { onDelete: 'cascade' }),
    audience: text('audience').notNull(),
    scope: jsonb('scope').$type<readonly string[]>().notNull(),
    issuedAt: instant('issued_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    index('access_tokens_grant').on(table.grantId),
    index('access_tokens_expires_at').on(table.expiresAt),
  ],
)

/** Signed access tokens that were revoked by themselves, by their `jti`, until they expire. */
export const revokedAccessTokens = pgTable(
  'revoked_access_tokens',
  {
    id: text('id').primaryKey(),
    grantId: text('grant_id')
      .notNull()
      .references(() => grants.id, { onDelete: 'cascade' }),
    expiresAt: instant('expires_at').notNull(),
    /** For the revocation feed. */
    revokedAt: instant('revoked_at').notNull().defaultNow(),
  },
  (table) => [
    index('revoked_access_tokens_grant').on(table.grantId),
    index('revoked_access_tokens_revoked_at').on(table.revokedAt),
    index('revoked_access_tokens_expires_at').on(table.expiresAt),
  ],
)
