import { sql } from 'drizzle-orm'
import { index, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core'
import type { TokenEndpointAuthMethod, UnusedSecret } from '../../lib/oauth/model'
import type { JwkSet } from '../../lib/oauth/protocol/client-keys'
import type { GrantType } from '../../lib/oauth/protocol/grant-types'
import { createdAt, instant, version } from './columns'
import { servers } from './servers'

/**
 * Registered clients that never got a token: they count towards the server's quota, and clean-up expires them. Queries
 * say it word for word, so that their indexes serve.
 */
export const IS_UNUSED = "kind = 'registered' and first_token_at is null and deleted_at is null"
export const isUnused = sql.raw(IS_UNUSED)

/** Clients known by their document that never got a token: clean-up forgets them, unless an operator blocked them. */
export const isPassing = sql`kind = 'metadata_document' and first_token_at is null and blocked_at is null`

/** MCP clients, however they are known. A client belongs to one server. Decision 0013. */
export const clients = pgTable(
  'clients',
  {
    id: text('id').primaryKey(),
    serverId: text('server_id')
      .notNull()
      .references(() => servers.id),
    clientId: text('client_id').notNull(),
    kind: text('kind', { enum: ['preregistered', 'registered', 'metadata_document'] }).notNull(),
    name: text('name'),
    redirectUris: jsonb('redirect_uris').$type<readonly string[]>().notNull(),
    tokenEndpointAuthMethod: text('token_endpoint_auth_method').$type<TokenEndpointAuthMethod>().notNull(),
    secretHash: text('secret_hash'),
    unusedSecret: jsonb('unused_secret').$type<UnusedSecret>(),
    jwks: jsonb('jwks').$type<JwkSet>(),
    jwksUri: text('jwks_uri'),
    grantTypes: jsonb('grant_types').$type<readonly GrantType[]>().notNull(),
    scope: jsonb('scope').$type<readonly string[]>(),
    /** Everything it registered, as it came, for the operator's eyes. */
    metadata: jsonb('metadata').$type<Readonly<Record<string, unknown>>>().notNull(),
    createdAt: createdAt(),
    version: version('clients'),
    /** The network that it registered from, as far as one is kept: each has a share of the server's quota. */
    registeredFrom: text('registered_from'),
    /** Once set, clean-up never deletes the client: desktop clients cannot recover from that. */
    firstTokenAt: instant('first_token_at'),
    /** SHA-256 (hex) of the token that manages the registration (RFC 7592 §3). */
    registrationTokenHash: text('registration_token_hash'),
    /** Once set, no lookup finds the client; the row stays as long as other rows refer to it. */
    deletedAt: instant('deleted_at'),
    /** While set, it gets no login and no token, and none that it has is good; the grants stay. */
    blockedAt: instant('blocked_at'),
    /** Since when an administrator lets it in, or who registered it had the server's token for that. */
    approvedAt: instant('approved_at'),
    /** When it last entered the list of clients that wait for that, and from which network. */
    askedAt: instant('asked_at'),
    askedFrom: text('asked_from'),
  },
  (table) => [
    unique('clients_server_client_id').on(table.serverId, table.clientId),
    unique('clients_server_id').on(table.serverId, table.id),
    index('clients_server_created_at').on(table.serverId, table.createdAt, table.id),
    index('clients_name').on(table.serverId, sql`lower(${table.name}) text_pattern_ops`),
    index('clients_unused_of_server').on(table.serverId, table.createdAt).where(isUnused),
    index('clients_unused_of_network').on(table.serverId, table.registeredFrom).where(isUnused),
    index('clients_unused').on(table.createdAt).where(isUnused),
    index('clients_blocked_at').on(table.serverId, table.blockedAt).where(sql`blocked_at is not null`),
    index('clients_asked_at').on(table.serverId, table.askedAt).where(sql`asked_at is not null`),
    index('clients_passing').on(table.createdAt).where(isPassing),
    index('clients_deleted_at').on(table.deletedAt).where(sql`deleted_at is not null`),
  ],
)
