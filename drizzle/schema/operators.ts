/** People who sign in to the console. The shapes are better-auth's; `organizations` is its organization model. */
import { sql } from 'drizzle-orm'
import { boolean, check, index, integer, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core'
import { apiKeys } from './api-keys'
import { accountColumns, sessionColumns, userColumns, verificationColumns } from './better-auth'
import { createdAt, instant, role } from './columns'
import { organizations } from './organizations'

const operatorId = (name: string) =>
  text(name)
    .notNull()
    .references(() => operators.id, { onDelete: 'cascade' })

const organizationId = () =>
  text('organization_id')
    .notNull()
    .references(() => organizations.id, { onDelete: 'cascade' })

export const operators = pgTable(
  'operators',
  {
    ...userColumns(),
    /** What its owner signs in with, where another account has it as `email`; null: `email`. Decision 0058. */
    address: text('address'),
    twoFactorEnabled: boolean('two_factor_enabled').default(false),
    /** Above all organizations: who runs this installation. */
    isInstallationOperator: boolean('is_installation_operator').notNull().default(false),
    /** Since then they cannot sign in. */
    disabledAt: instant('disabled_at'),
  },
  (table) => [index('operators_address').on(table.address)],
)

export const operatorSessions = pgTable(
  'operator_sessions',
  {
    ...sessionColumns(),
    userId: operatorId('operator_id'),
    activeOrganizationId: text('active_organization_id'),
  },
  (table) => [
    index('operator_sessions_operator').on(table.userId),
    index('operator_sessions_expires_at').on(table.expiresAt),
  ],
)

export const operatorAccounts = pgTable(
  'operator_accounts',
  { ...accountColumns(), userId: operatorId('operator_id') },
  (table) => [
    index('operator_accounts_operator').on(table.userId),
    // An account elsewhere lets one operator in, and an operator has one at each provider.
    unique('operator_accounts_account').on(table.providerId, table.accountId),
    unique('operator_accounts_provider').on(table.userId, table.providerId),
  ],
)

export const operatorVerifications = pgTable('operator_verifications', verificationColumns(), (table) => [
  index('operator_verifications_identifier').on(table.identifier),
  index('operator_verifications_expires_at').on(table.expiresAt),
])

export const members = pgTable(
  'members',
  {
    id: text('id').primaryKey(),
    organizationId: organizationId(),
    userId: operatorId('operator_id'),
    role: role(),
    createdAt: createdAt(),
  },
  (table) => [
    unique('members_organization_operator').on(table.organizationId, table.userId),
    index('members_operator').on(table.userId),
  ],
)

export const invitations = pgTable(
  'invitations',
  {
    id: text('id').primaryKey(),
    organizationId: organizationId(),
    /** In small letters, as those of operators. */
    email: text('email').notNull(),
    role: role(),
    /** SHA-256 (hex) of what the link holds. */
    tokenHash: text('token_hash').notNull().unique(),
    status: text('status', { enum: ['pending', 'accepted', 'withdrawn'] })
      .notNull()
      .default('pending'),
    expiresAt: instant('expires_at').notNull(),
    createdAt: createdAt(),
    /** An operator, or else a key of the API. */
    inviterId: text('inviter_id').references(() => operators.id, { onDelete: 'cascade' }),
    inviterKeyId: text('inviter_key_id').references(() => apiKeys.id, { onDelete: 'cascade' }),
  },
  (table) => [
    index('invitations_organization').on(table.organizationId),
    index('invitations_expires_at').on(table.expiresAt),
    check('invitations_inviter', sql`(${table.inviterId} is null) <> (${table.inviterKeyId} is null)`),
    check('invitations_status', sql`${table.status} in ('pending', 'accepted', 'withdrawn')`),
  ],
)

export const operatorTwoFactors = pgTable(
  'operator_two_factors',
  {
    id: text('id').primaryKey(),
    secret: text('secret').notNull(),
    backupCodes: text('backup_codes').notNull(),
    userId: operatorId('operator_id'),
    verified: boolean('verified').default(true),
    failedVerificationCount: integer('failed_verification_count').default(0),
    lockedUntil: instant('locked_until'),
  },
  (table) => [index('operator_two_factors_operator').on(table.userId)],
)

/** Used TOTP codes: each is accepted once. */
export const operatorUsedCodes = pgTable(
  'operator_used_codes',
  {
    operatorId: operatorId('operator_id'),
    /** SHA-256 (hex) */
    codeHash: text('code_hash').notNull(),
    usedAt: instant('used_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.operatorId, table.codeHash] })],
)

export const operatorPasskeys = pgTable(
  'operator_passkeys',
  {
    id: text('id').primaryKey(),
    name: text('name'),
    publicKey: text('public_key').notNull(),
    userId: operatorId('operator_id'),
    credentialID: text('credential_id').notNull().unique(),
    counter: integer('counter').notNull(),
    deviceType: text('device_type').notNull(),
    backedUp: boolean('backed_up').notNull(),
    transports: text('transports'),
    createdAt: createdAt(),
    aaguid: text('aaguid'),
  },
  (table) => [index('operator_passkeys_operator').on(table.userId)],
)

/** Links with which an operator of the installation comes in, or an operator comes back; each new one deletes what has expired. */
export const operatorLinks = pgTable('operator_links', {
  id: text('id').primaryKey(),
  /** SHA-256 (hex) of what the link holds. */
  tokenHash: text('token_hash').notNull().unique(),
  /** Whose ways to sign in it replaces; null: it makes an operator of the installation. */
  operatorId: text('operator_id')
    .unique()
    .references(() => operators.id, { onDelete: 'cascade' }),
  email: text('email').notNull(),
  expiresAt: instant('expires_at').notNull(),
  createdAt: createdAt(),
  /** Of an operator or an API key, with which it ends; null: of who can reach the database. */
  createdById: text('created_by_id'),
})
