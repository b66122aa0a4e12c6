export const MIN_PASSWORD_LENGTH = 12

/** What scrypt is given stays small. */
const MAX_PASSWORD_LENGTH = 128

/** Why a password cannot be chosen; undefined when it can. Length is what counts (NIST SP 800-63B §3.1.1). */
export function passwordProblem(password: string): 'password_too_short' | 'password_too_long' | undefined {
  if (password.length < MIN_PASSWORD_LENGTH) return 'password_too_short'
  return password.length > MAX_PASSWORD_LENGTH ? 'password_too_long' : undefined
}
