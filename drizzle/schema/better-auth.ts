/** What better-auth stores for each of its instances; the tables' names and further columns are those of the instance. */
import { boolean, text } from 'drizzle-orm/pg-core'
import { createdAt, instant } from './columns'

const updatedAt = () => instant('updated_at').notNull().defaultNow()

const times = () => ({ createdAt: createdAt(), updatedAt: updatedAt() })

export const userColumns = () => ({
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  email: text('email').notNull().unique(),
  emailVerified: boolean('email_verified').notNull().default(false),
  image: text('image'),
  ...times(),
})

export const sessionColumns = () => ({
  id: text('id').primaryKey(),
  token: text('token').notNull().unique(),
  ipAddress: text('ip_address'),
  userAgent: text('user_agent'),
  expiresAt: instant('expires_at').notNull(),
  ...times(),
})

/** How a user signs in: a password, or an account elsewhere. */
export const accountColumns = () => ({
  id: text('id').primaryKey(),
  accountId: text('account_id').notNull(),
  providerId: text('provider_id').notNull(),
  accessToken: text('access_token'),
  refreshToken: text('refresh_token'),
  idToken: text('id_token'),
  accessTokenExpiresAt: instant('access_token_expires_at'),
  refreshTokenExpiresAt: instant('refresh_token_expires_at'),
  scope: text('scope'),
  /** A hash. */
  password: text('password'),
  ...times(),
})

export const verificationColumns = () => ({
  id: text('id').primaryKey(),
  identifier: text('identifier').notNull(),
  value: text('value').notNull(),
  expiresAt: instant('expires_at').notNull(),
  ...times(),
})
