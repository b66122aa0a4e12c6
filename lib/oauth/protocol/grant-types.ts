/** The grant types of the token endpoint (RFC 6749 §1.3, §4.4 and §6). */
export type GrantType = 'authorization_code' | 'refresh_token' | 'client_credentials'

/** What the token endpoint takes besides what every client may register for: not every client may use these. */
export function furtherGrantTypes(): readonly GrantType[] {
  return ['client_credentials']
}
