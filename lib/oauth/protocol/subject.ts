/**
 * Whom a grant's tokens are about, their `sub` (RFC 9068 §2.2): the user, or the client itself where no user is
 * involved. No `client_id` of such a client has the form of a user's id, so that neither passes for the other.
 */
export function subjectOf(grant: { readonly userId?: string; readonly clientId: string }): string {
  return grant.userId ?? grant.clientId
}

/** Whether this could be the id of a user: 16 bytes in base64url. */
export const looksLikeUserId = (value: string): boolean => /^[A-Za-z0-9_-]{22}$/.test(value)
