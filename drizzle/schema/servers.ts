import { type SQL, sql } from 'drizzle-orm'
import {
  boolean,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  unique,
  uniqueIndex,
} from 'drizzle-orm/pg-core'
import type { PublicJwk } from '@/lib/oauth/ports/tokens'
import type {
  ClientPolicy,
  RegistrationPolicy,
  ServerScope,
  TokenFormat,
  TrustedIssuer,
} from '../../lib/oauth/model'
import { REGISTRATION_QUOTA } from '../../lib/oauth/protocol/lifetimes'
import { createdAt, instant, version } from './columns'
import { connections, organizations } from './organizations'

/** Settings that no query asks for. */
export type StoredSettings = Readonly<Record<string, unknown>>

/** Protected MCP servers: each is one OAuth resource and one issuer. Slug, host and issuer never change. */
export const servers = pgTable(
  'servers',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    connectionId: text('connection_id').notNull(),
    slug: text('slug').notNull().unique(),
    name: text('name').notNull(),
    issuer: text('issuer').notNull().unique(),
    /** The server's own host, when its issuer is one. */
    host: text('host').unique(),
    isDefault: boolean('is_default').notNull().default(false),
    resource: text('resource').notNull(),
    /** The resource's origin as the URL standard writes it: lower case, without the scheme's usual port. */
    resourceOrigin: text('resource_origin')
      .notNull()
      .generatedAlwaysAs(
        (): SQL =>
          sql`regexp_replace(lower(substring(${servers.resource} from '^[^:]+://[^/?#]+')), '^(https://.*):443$|^(http://.*):80$', '\\1\\2')`,
      ),
    aliases: jsonb('aliases').$type<readonly string[]>().notNull().default([]),
    scopes: jsonb('scopes').$type<readonly ServerScope[]>().notNull().default([]),
    clientPolicy: jsonb('client_policy').$type<ClientPolicy>().notNull().default(sql`'"any"'`),
    registration: jsonb('registration')
      .$type<RegistrationPolicy>()
      .notNull()
      .default({ quota: REGISTRATION_QUOTA }),
    trustedIssuers: jsonb('trusted_issuers').$type<readonly TrustedIssuer[]>().notNull().default([]),
    deviceGrant: boolean('device_grant').notNull().default(false),
    tokenFormat: text('token_format').$type<TokenFormat>().notNull().default('jwt'),
    /** Seconds. */
    accessTokenLifetime: integer('access_token_lifetime').notNull(),
    /** Seconds. */
    refreshTokenLifetime: integer('refresh_token_lifetime').notNull(),
    passedClaims: jsonb('passed_claims').$type<readonly string[]>().notNull().default([]),
    resourceSecretHash: text('resource_secret_hash'),
    /** SHA-256 (hex) of the initial access token (RFC 7591 §1.2). No setting: made here, and shown once. */
    registrationTokenHash: text('registration_token_hash'),
    /** Upstream scopes allowed in token exchange; null: token exchange is off. */
    handoffScopes: jsonb('handoff_scopes').$type<readonly string[]>(),
    /** Every setting without a column of its own, by the names of `lib/configuration/schema/server.ts`. */
    settings: jsonb('settings').$type<StoredSettings>().notNull().default({}),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
    version: version('servers'),
    /** Since then it is nowhere but in what is past: its slug stays taken, its issuer is a placeholder. */
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    foreignKey({
      name: 'servers_connection_of_same_organization',
      columns: [table.organizationId, table.connectionId],
      foreignColumns: [connections.organizationId, connections.id],
    }),
    unique('servers_organization_id').on(table.organizationId, table.id),
    uniqueIndex('servers_one_default').on(table.isDefault).where(sql`${table.isDefault}`),
    index('servers_connection').on(table.organizationId, table.connectionId),
    index('servers_resource_origin').on(table.resourceOrigin),
  ],
)

/**
 * Keys that sign access tokens. They belong to one server, which signs with the one activated last;
 * `lib/crypto/key-schedule.ts` tells when each is published.
 */
export const signingKeys = pgTable(
  'signing_keys',
  {
    kid: text('kid').primaryKey(),
    serverId: text('server_id')
      .notNull()
      .references(() => servers.id),
    publicJwk: jsonb('public_jwk').$type<PublicJwk>().notNull(),
    /** The private JWK as JSON, sealed. */
    privateKey: text('private_key').notNull(),
    createdAt: createdAt(),
    /** When it begins to sign, and the one before it ceases to. */
    activatesAt: instant('activates_at').notNull().defaultNow(),
    /** When it is withdrawn ahead of the schedule, because it may be compromised. */
    withdrawnAt: instant('withdrawn_at'),
  },
  (table) => [index('signing_keys_server').on(table.serverId)],
)
