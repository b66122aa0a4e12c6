import { sql } from 'drizzle-orm'
import { boolean, index, jsonb, pgTable, primaryKey, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { createdAt, instant } from './columns'
import { connections } from './organizations'

const connectionId = () =>
  text('connection_id')
    .notNull()
    .references(() => connections.id, { onDelete: 'cascade' })

/** What the identity provider of a connection authenticates with as a SCIM client (RFC 7644 §2). */
export const scimTokens = pgTable('scim_tokens', {
  connectionId: text('connection_id')
    .primaryKey()
    .references(() => connections.id, { onDelete: 'cascade' }),
  /** SHA-256 (hex). */
  hash: text('hash').notNull().unique(),
  createdBy: text('created_by').notNull(),
  createdAt: instant('created_at').notNull(),
})

/** Users as the identity provider of a connection provisions them (RFC 7643 §4.1), also those who never logged in. */
export const provisionedUsers = pgTable(
  'provisioned_users',
  {
    id: text('id').primaryKey(),
    connectionId: connectionId(),
    userName: text('user_name').notNull(),
    externalId: text('external_id'),
    /** `externalId`, or `userName` where there is none. */
    account: text('account').notNull(),
    /** In lower case. */
    email: text('email'),
    /** While it is false nobody logs in as this user. */
    active: boolean('active').notNull(),
    /** What else was said of them, as it was said. */
    attributes: jsonb('attributes').$type<Readonly<Record<string, unknown>>>().notNull(),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull(),
    /** Since then there is no such user for the provider, and still none who could log in. */
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    uniqueIndex('provisioned_users_user_name')
      .on(table.connectionId, sql`lower(${table.userName})`)
      .where(sql`${table.deletedAt} is null`),
    index('provisioned_users_name').on(table.connectionId, table.userName),
    index('provisioned_users_account').on(table.connectionId, table.account),
    index('provisioned_users_email').on(table.connectionId, table.email),
    index('provisioned_users_list').on(table.connectionId, table.createdAt, table.id),
  ],
)

/** Groups as the identity provider of a connection provisions them (RFC 7643 §4.2). */
export const provisionedGroups = pgTable(
  'provisioned_groups',
  {
    id: text('id').primaryKey(),
    connectionId: connectionId(),
    displayName: text('display_name').notNull(),
    externalId: text('external_id'),
    createdAt: createdAt(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    index('provisioned_groups_name').on(table.connectionId, table.displayName),
    index('provisioned_groups_list').on(table.connectionId, table.createdAt, table.id),
  ],
)

/** Who is in which group. */
export const provisionedMembers = pgTable(
  'provisioned_members',
  {
    groupId: text('group_id')
      .notNull()
      .references(() => provisionedGroups.id, { onDelete: 'cascade' }),
    userId: text('user_id')
      .notNull()
      .references(() => provisionedUsers.id, { onDelete: 'cascade' }),
  },
  (table) => [
    primaryKey({ columns: [table.groupId, table.userId] }),
    index('provisioned_members_user').on(table.userId),
  ],
)
