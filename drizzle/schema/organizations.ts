import { sql } from 'drizzle-orm'
import { boolean, check, foreignKey, index, integer, jsonb, pgTable, text, unique } from 'drizzle-orm/pg-core'
import { createdAt, instant } from './columns'

/** A customer of the operator. Owns everything else; nothing crosses organizations. */
export const organizations = pgTable(
  'organizations',
  {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    slug: text('slug').notNull().unique(),
    logo: text('logo'),
    metadata: text('metadata'),
    createdAt: createdAt(),
    /** Since then it is nowhere but in what is past; its slug is a placeholder. */
    deletedAt: instant('deleted_at'),
    /** Days for which is kept what is past; null: as everywhere, or for good. */
    loginRetention: integer('login_retention'),
    auditRetention: integer('audit_retention'),
    grantRetention: integer('grant_retention'),
  },
  (table) => [
    index('organizations_grant_retention').on(table.id).where(sql`grant_retention is not null`),
    index('organizations_audit_retention').on(table.id).where(sql`audit_retention is not null`),
  ],
)

/** How users are logged in. The id names the callback and never changes. */
export const connections = pgTable(
  'connections',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    slug: text('slug').notNull(),
    name: text('name').notNull(),
    type: text('type', { enum: ['oidc', 'oauth2', 'saml', 'platform'] }).notNull(),
    /** What the type needs beyond the columns, none of it secret; `lib/upstream/connection-config.ts` has its shape. */
    settings: jsonb('settings').$type<Readonly<Record<string, unknown>>>().notNull(),
    clientId: text('client_id').notNull(),
    /** Sealed. */
    clientSecret: text('client_secret'),
    /** Who runs the installation entered its addresses. Rows from before that was asked keep what they could. */
    mayBeInternal: boolean('may_be_internal').notNull().default(true),
    /** When the first certificate ends that logins depend on, and when that was looked for; null after a change. */
    certificateEnds: instant('certificate_ends'),
    certificateLookedAt: instant('certificate_looked_at'),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull().defaultNow(),
    /** Since then it is nowhere but in what is past: its id stays taken, its slug is a placeholder. */
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    unique('connections_organization_slug').on(table.organizationId, table.slug),
    unique('connections_organization_id').on(table.organizationId, table.id),
    check('connections_type', sql`${table.type} in ('oidc', 'oauth2', 'saml', 'platform')`),
  ],
)

/** End users. Keyed by who vouches for them and how it names them, never by email. */
export const users = pgTable(
  'users',
  {
    id: text('id').primaryKey(),
    organizationId: text('organization_id')
      .notNull()
      .references(() => organizations.id),
    identitySource: text('identity_source').notNull(),
    subject: text('subject').notNull(),
    /** For display only, as the next two. */
    email: text('email'),
    emailVerified: boolean('email_verified').notNull().default(false),
    name: text('name'),
    /** `oid` of the last ID token: what Entra ID provisions them by. */
    objectId: text('object_id'),
    createdAt: createdAt(),
    lastLoginAt: instant('last_login_at').notNull(),
    /** While set, the user cannot sign in and no token of theirs is valid; the grants stay. */
    blockedAt: instant('blocked_at'),
    /** The user whose other login this is: who comes by it is that one. Decision 0133. */
    linkedTo: text('linked_to'),
    linkedAt: instant('linked_at'),
  },
  (table) => [
    foreignKey({
      name: 'users_linked_to_user_of_same_organization',
      columns: [table.organizationId, table.linkedTo],
      foreignColumns: [table.organizationId, table.id],
    }),
    index('users_linked_to').on(table.organizationId, table.linkedTo).where(sql`linked_to is not null`),
    unique('users_identity').on(table.organizationId, table.identitySource, table.subject),
    unique('users_organization_id').on(table.organizationId, table.id),
    index('users_email').on(table.organizationId, sql`lower(${table.email}) text_pattern_ops`),
    index('users_subject').on(table.organizationId, table.subject),
    index('users_object_id').on(table.organizationId, table.objectId).where(sql`object_id is not null`),
    index('users_blocked_at').on(table.organizationId, table.blockedAt).where(sql`blocked_at is not null`),
    index('users_last_login').on(table.organizationId, table.lastLoginAt, table.id),
  ],
)
