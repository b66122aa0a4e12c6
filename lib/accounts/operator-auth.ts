import { passkey } from '@better-auth/passkey'
import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { twoFactor } from 'better-auth/plugins/two-factor'
import {
  operatorAccounts,
  operatorPasskeys,
  operatorSessions,
  operators,
  operatorTwoFactors,
  operatorVerifications,
} from '@/drizzle/schema/operators'
import type { Keyring } from '@/lib/crypto/keyring'
import { ADDRESS_HEADER } from '@/lib/http/client-address'
import type { Database } from '@/lib/store/database'
import { authSecrets, hostCookies } from './auth-secrets'
import { MIN_PASSWORD_LENGTH } from './password'

/** Where its endpoints are, under `PUBLIC_URL`. */
export const OPERATOR_AUTH_PATH = '/api/auth/operator'

/** Seconds. A working day, and not renewed by use: who took a cookie does not keep it alive. */
const SESSION_LIFETIME = 12 * 60 * 60

/** Seconds. A passkey is added soon after signing in, or not: who took a cookie does not get a key for good. */
const FRESH_LIFETIME = 15 * 60

type Options = {
  readonly publicUrl: string
  readonly db: Database
  readonly keyring: Keyring
  readonly rateLimits: boolean
}

export type OperatorAuth = ReturnType<typeof operatorAuth>

/** better-auth for operators: tables, cookies and secrets of their own. Nobody can sign up; see `operators.ts`. */
export function operatorAuth({ publicUrl, db, keyring, rateLimits }: Options) {
  return betterAuth({
    appName: 'Vestibule',
    baseURL: publicUrl,
    basePath: OPERATOR_AUTH_PATH,
    trustedOrigins: [publicUrl],
    ...authSecrets(keyring, 'operator accounts'),
    database: drizzleAdapter(db, {
      provider: 'pg',
      schema: {
        user: operators,
        session: operatorSessions,
        account: operatorAccounts,
        verification: operatorVerifications,
        twoFactor: operatorTwoFactors,
        passkey: operatorPasskeys,
      },
    }),
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: MIN_PASSWORD_LENGTH },
    session: { expiresIn: SESSION_LIFETIME, disableSessionRefresh: true, freshAge: FRESH_LIFETIME },
    user: {
      additionalFields: { isInstallationOperator: { type: 'boolean', input: false, defaultValue: false } },
    },
    // One address may hold an office, and a password takes its time to check.
    rateLimit: {
      enabled: rateLimits,
      window: 60,
      max: 100,
      customRules: {
        '/sign-in/*': { window: 60, max: 60 },
        // Ten wrong codes lock an account's second factor, wherever they come from.
        '/two-factor/*': { window: 60, max: 60 },
      },
    },
    advanced: {
      ...hostCookies(publicUrl, 'vst_operator'),
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
    },
    telemetry: { enabled: false },
    logger: { disabled: true },
    plugins: [twoFactor({ issuer: 'Vestibule' }), passkeys(publicUrl)],
  } satisfies BetterAuthOptions)
}

/** A passkey stands for password and second factor, so the authenticator has to have seen its owner (PIN, finger). */
function passkeys(publicUrl: string) {
  const refuse = (isVerified: boolean | undefined) => {
    if (!isVerified) throw new Error('the authenticator has not verified its owner')
  }
  return passkey({
    rpName: 'Vestibule',
    rpID: new URL(publicUrl).hostname,
    origin: new URL(publicUrl).origin,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    registration: {
      afterVerification: ({ verification }) => refuse(verification.registrationInfo?.userVerified),
    },
    authentication: {
      afterVerification: ({ verification }) => refuse(verification.authenticationInfo.userVerified),
    },
  })
}
