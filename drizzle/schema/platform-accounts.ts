/** End users of platform connections: people who log in here, since their organization has no identity provider. */
import { index, pgTable, text } from 'drizzle-orm/pg-core'
import { accountColumns, sessionColumns, userColumns, verificationColumns } from './better-auth'
import { instant } from './columns'
import { connections } from './organizations'

const userId = () =>
  text('user_id')
    .notNull()
    .references(() => platformUsers.id, { onDelete: 'cascade' })

/** Accounts belong to one connection: two organizations that know the same address know two people. */
export const platformUsers = pgTable(
  'platform_users',
  {
    ...userColumns(),
    connectionId: text('connection_id')
      .notNull()
      .references(() => connections.id, { onDelete: 'cascade' }),
    /** What better-auth knows the account by: a digest of connection and address, unique in the installation. */
    email: text('email').notNull().unique(),
    /** The address that the person types. */
    address: text('address').notNull(),
    /** SHA-256 (hex) of the link with which a password is chosen; null once it was used. */
    linkHash: text('link_hash').unique(),
    linkExpiresAt: instant('link_expires_at'),
    /** Of an operator or an API key, with which the link ends. */
    linkCreatedById: text('link_created_by_id'),
  },
  (table) => [index('platform_users_connection').on(table.connectionId, table.address)],
)

export const platformSessions = pgTable(
  'platform_sessions',
  { ...sessionColumns(), userId: userId() },
  (table) => [
    index('platform_sessions_user').on(table.userId),
    index('platform_sessions_expires_at').on(table.expiresAt),
  ],
)

export const platformAccounts = pgTable(
  'platform_accounts',
  { ...accountColumns(), userId: userId() },
  (table) => [index('platform_accounts_user').on(table.userId)],
)

export const platformVerifications = pgTable('platform_verifications', verificationColumns(), (table) => [
  index('platform_verifications_identifier').on(table.identifier),
  index('platform_verifications_expires_at').on(table.expiresAt),
])

/** A one-time code from the sign-in page to our own callback, like an identity provider's. */
export const platformCodes = pgTable(
  'platform_codes',
  {
    /** SHA-256 (hex). */
    hash: text('hash').primaryKey(),
    userId: userId(),
    connectionId: text('connection_id').notNull(),
    /** Of the PKCE pair that the login made for itself. */
    codeChallenge: text('code_challenge').notNull(),
    /** When the person typed the password. */
    authTime: instant('auth_time').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [
    index('platform_codes_user').on(table.userId),
    index('platform_codes_expires_at').on(table.expiresAt),
  ],
)
