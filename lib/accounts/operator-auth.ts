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
import type { Database } from '@/lib/store/database/database'
import { authPath, authSettings, cookieSecrets } from './auth-settings'
import { providerSession } from './provider-session'
import { rotatedCookies } from './rotated-cookies'

/** Where its endpoints are, under `PUBLIC_URL`. */
export const OPERATOR_AUTH_PATH = authPath('operator')

/** Seconds. A passkey is added, or an account elsewhere connected, soon after signing in, or not: who took a cookie does not get a key for good. */
export const FRESH_LIFETIME = 15 * 60

type Options = {
  readonly publicUrl: string
  readonly db: Database
  readonly keyring: Keyring
  readonly rateLimits: boolean
}

export type OperatorAuth = ReturnType<typeof operatorAuth>

/**
 * better-auth for operators, with separate tables, cookies and secrets and without sign-up; see `operators.ts`.
 * Decision 0037.
 */
export function operatorAuth(options: Options) {
  const settings = authSettings(options, 'operator', {
    // Ten wrong codes lock an account's second factor, wherever they come from.
    '/two-factor/*': { window: 60, max: 60 },
  })
  const factor = twoFactor({ issuer: 'Vestibule' })
  return betterAuth({
    ...settings,
    database: drizzleAdapter(options.db, {
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
    session: { ...settings.session, freshAge: FRESH_LIFETIME },
    user: {
      additionalFields: {
        isInstallationOperator: { type: 'boolean', input: false, defaultValue: false },
        address: { type: 'string', input: false, required: false },
        disabledAt: { type: 'date', input: false, required: false },
      },
    },
    plugins: [
      factor,
      providerSession(factor),
      passkeys(options.publicUrl),
      rotatedCookies(cookieSecrets(options.keyring, 'operator')),
    ],
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
