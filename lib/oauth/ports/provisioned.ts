/** What the core needs to know of provisioned users. The same terms as in `ports.ts`. */
import type { Claims, Identity } from '@/lib/oauth/model'

export type Provisioned = {
  /**
   * What SCIM says of a user in the place of tokens, for access rules: `groups`, null of a user who is not provisioned.
   * Null where the connection lets tokens say it, and for users of another identity source than its own. Decision 0129.
   */
  claimsOf(connectionId: string, identity: Identity): Promise<Claims | null>
}
