import { CLOCK_TOLERANCE } from './lifetimes'

/**
 * Whether a login is older than the client asked for with `max_age` (OpenID Connect Core §3.1.2.1). Its age counts
 * from when we sent the user to the identity provider: who had to log in then, and took a while, is fresh.
 * Decision 0026.
 *
 * @param authTime when the user authenticated; some providers do not say it, or say 0: then nothing is known against
 *   the login
 * @param request.maxAge seconds
 */
export function isStaleLogin(
  authTime: Date | undefined,
  request: { readonly maxAge?: number; readonly createdAt: Date; readonly consentedAt?: Date },
): boolean {
  const { maxAge, createdAt, consentedAt } = request
  if (maxAge === undefined || !authTime || authTime.getTime() === 0) return false
  const sentAt = Math.max(createdAt.getTime(), consentedAt?.getTime() ?? 0)
  return authTime.getTime() < sentAt - (maxAge + CLOCK_TOLERANCE) * 1000
}
