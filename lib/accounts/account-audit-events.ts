import type { OperatorName } from '@/lib/store/accounts/operator-accounts'

/** What became of a call of the accounts library. */
export type Outcome = {
  /** `/sign-in/email` */
  readonly path: string
  /** It did what was asked. */
  readonly isDone: boolean
  /** An operator was signed in before. */
  readonly wasSignedIn: boolean
  /** The password was right, and a second factor is asked for. */
  readonly isHalfWay: boolean
}

/** What a signed-in operator does to their account, by the path that does it. */
const OWN: Readonly<Record<string, string>> = {
  '/change-password': 'operator.password_changed',
  '/two-factor/disable': 'operator.second_factor_removed',
  '/two-factor/generate-backup-codes': 'operator.backup_codes_made',
  '/two-factor/verify-totp': 'operator.second_factor_confirmed',
  '/revoke-other-sessions': 'operator.other_sessions_ended',
  '/passkey/verify-registration': 'operator.passkey_added',
}

const WAYS_IN: Readonly<Record<string, string>> = {
  '/sign-in/email': 'password',
  '/two-factor/verify-totp': 'authenticator',
  '/two-factor/verify-backup-code': 'backup code',
  '/passkey/verify-authentication': 'passkey',
}

/** A name for a sign-in with an account elsewhere, which is no endpoint of the library. */
export const providerPath = (provider: string) => `/sign-in/provider/${provider}`

const wayOf = (path: string): string | undefined =>
  WAYS_IN[path] ?? /^\/sign-in\/provider\/(\w+)$/.exec(path)?.[1]

/** Whether the caller of this endpoint is signed in by it. */
export const isWayIn = (path: string): boolean => wayOf(path) !== undefined

/** Whether a signed-in operator changes their account by this endpoint. */
export const isOwnChange = (path: string): boolean => Object.hasOwn(OWN, path)

/** The audit entry of a call; null when it needs none. */
export function auditEventOf({ path, isDone, wasSignedIn, isHalfWay }: Outcome) {
  const way = wayOf(path)
  if (way && (!wasSignedIn || !path.startsWith('/two-factor/'))) {
    if (!isDone) return { action: 'operator.sign_in_failed', detail: { with: way } }
    return isHalfWay ? null : { action: 'operator.signed_in', detail: { with: way } }
  }
  const action = OWN[path]
  if (!action) return null
  return isDone ? { action } : { action: 'operator.change_refused', detail: { of: action } }
}

/** An unknown account: the typed text may be anything, a password included, and is not stored. */
export const UNKNOWN: Partial<OperatorName> & { readonly email: string } = { email: 'unknown' }
