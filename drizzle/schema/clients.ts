import { jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core'
import type { GrantType, TokenEndpointAuthMethod } from '../../lib/oauth/model'
import type { JwkSet } from '../../lib/oauth/protocol/client-keys'
import { createdAt, instant } from './columns'
import { servers } from './servers'

/** MCP clients, however they are known. A client belongs to one server. */
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
    jwks: jsonb('jwks').$type<JwkSet>(),
    jwksUri: text('jwks_uri'),
    grantTypes: jsonb('grant_types').$type<readonly GrantType[]>().notNull(),
    scope: jsonb('scope').$type<readonly string[]>(),
    /** Everything it registered, as it came, for the operator's eyes. */
    metadata: jsonb('metadata').$type<Readonly<Record<string, unknown>>>().notNull(),
    createdAt: createdAt(),
    /** Once set, clean-up never deletes the client: desktop clients cannot recover from that. */
    firstTokenAt: instant('first_token_at'),
  },
  (table) => [
    unique('clients_server_client_id').on(table.serverId, table.clientId),
    unique('clients_server_id').on(table.serverId, table.id),
  ],
)
