import type { OrganizationScope } from '../access'
import type { Management } from '../management/management'
import { type LoginWishes, listLogins, type SeenLogin } from './logins'

/** Of the newest so many logins, what is new is told. */
const LOOKED_AT = 50

/**
 * Follows the logins of an organization. Each look compares the newest logins with what the look before saw, so that it
 * does not matter which instance a login passes through. The first one tells nothing: it is what the page shows.
 *
 * @returns what began or went on since the look before, the newest first; it throws what `listLogins` does
 */
export function loginTail(wishes: LoginWishes, management: Management) {
  let seen: ReadonlyMap<string, string> | undefined
  let oldest = 0
  return async (scope: OrganizationScope) => {
    const { rows } = await listLogins(scope, { ...wishes, limit: LOOKED_AT }, management)
    const [before, since] = [seen, oldest]
    seen = new Map(rows.map((row) => [row.id, stateOf(row)]))
    oldest = rows.length === LOOKED_AT ? (rows.at(-1)?.createdAt.getTime() ?? 0) : 0
    if (!before) return []
    return rows
      .filter((row) => row.createdAt.getTime() >= since && before.get(row.id) !== stateOf(row))
      .map(told)
  }
}

const stateOf = ({ outcome, failure, userId }: SeenLogin) => JSON.stringify([outcome, failure, userId])

const told = (login: SeenLogin) => ({
  reference: login.reference,
  at: login.createdAt,
  outcome: login.outcome,
  reason: login.failure,
  server: login.server,
  client: login.clientName ?? login.clientId,
  user: login.userEmail ?? login.userName,
})
