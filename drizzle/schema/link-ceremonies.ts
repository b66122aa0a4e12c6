import { foreignKey, index, jsonb, pgTable, text } from 'drizzle-orm/pg-core'
import { instant } from './columns'
import { connections, users } from './organizations'

/** Whom the identity provider has named at the second login. */
export type ProvenIdentity = {
  readonly identitySource: string
  readonly subject: string
  readonly email?: string
  readonly emailVerified?: boolean
  readonly name?: string
  readonly objectId?: string
}

/** Users who are about to say that they are also known by another login. Decision 0133. */
export const linkCeremonies = pgTable(
  'link_ceremonies',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id').notNull(),
    userId: text('user_id').notNull(),
    /** The browser that alone may go on, by its session: `browser_sessions.hash`. */
    sessionHash: text('session_hash').notNull(),
    /** Where the user signs in now: first where the session is of, then at the other. */
    connectionId: text('connection_id').notNull(),
    otherConnectionId: text('other_connection_id').notNull(),
    /**
     * SHA-256 (hex) of the upstream state; null again, as the next two, once the answer came. Of what the browser was
     * given that came back from the second login, once both are proven.
     */
    stateHash: text('state_hash').unique(),
    nonce: text('nonce'),
    /** Our PKCE verifier towards the upstream, sealed. */
    codeVerifier: text('code_verifier'),
    /** Since then both logins are proven, and only the user's yes is wanting. */
    identity: jsonb('identity').$type<ProvenIdentity>(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    foreignKey({
      name: 'link_ceremonies_connection_of_same_organization',
      columns: [table.organizationId, table.otherConnectionId],
      foreignColumns: [connections.organizationId, connections.id],
    }).onDelete('cascade'),
    foreignKey({
      name: 'link_ceremonies_user_of_same_organization',
      columns: [table.organizationId, table.userId],
      foreignColumns: [users.organizationId, users.id],
    }).onDelete('cascade'),
    index('link_ceremonies_connection').on(table.organizationId, table.otherConnectionId),
    index('link_ceremonies_user').on(table.organizationId, table.userId),
    index('link_ceremonies_expires_at').on(table.expiresAt),
  ],
)
