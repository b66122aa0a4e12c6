/** What access rules say of a user who comes by an identity assertion, and not by a login. Decision 0151. */
import type { Claims, Server } from '@/lib/oauth/model'
import type { AssertedUser, KnownLogin, Ports } from '@/lib/oauth/ports/ports'
import {
  accessRefusal,
  allowedScope,
  hasAccessRules,
  knowsAll,
  surelyDenied,
} from '@/lib/oauth/protocol/access-rules'
import { withProvisioned } from '@/lib/oauth/protocol/user-claims'

/** What a user's logins at the connection of a server leave of what an assertion gives. */
export type LoginsVerdict = {
  readonly isRefused: boolean
  /** Of a list of scopes, those that the user may have. */
  allowed(scope: readonly string[]): readonly string[]
}

/**
 * Asks the rules about each login that the user has at the server's connection, as it would be asked if they came by it:
 * whom the rules keep out there does not come by another login that is linked to it, nor by an assertion that says less.
 * Of a login that nothing is known of but its names, what surely denies it counts.
 *
 * @param said by the assertion, which the rules were asked about
 */
export async function judgeLogins(
  server: Server,
  asserted: AssertedUser,
  said: Claims,
  { users }: Pick<Ports, 'users'>,
): Promise<LoginsVerdict> {
  const logins = hasAccessRules(server) ? await users.loginsAt(server.connectionId, asserted) : []
  const known = logins.map((login) => {
    const claims = claimsOf(login, said)
    const isWhole = login.isAsserted || login.told !== undefined || knowsAll(server, claims)
    return { claims, isWhole }
  })
  const whole = known.filter(({ isWhole }) => isWhole)
  return {
    isRefused: known.some(
      ({ claims, isWhole }) => (isWhole ? accessRefusal : surelyDenied)(server.access, claims) !== null,
    ),
    allowed: (scope) => whole.reduce((left, { claims }) => allowedScope(left, server.scopes, claims), scope),
  }
}

/** An assertion is the newest word on the login that it is about, and says nothing of another. */
const claimsOf = ({ isAsserted, named, told, provisioned }: KnownLogin, said: Claims): Claims =>
  withProvisioned({ ...named, ...told, ...(isAsserted && said) }, provisioned)
