import type { Management } from '@/lib/management/management'
import { namesUsers } from '@/lib/store/departures/kept-out'
import { linkableConnectionStore } from '@/lib/store/users/linkable-connections'

/** A connection whose login can be linked. */
export type Linkable = { readonly id: string; readonly name: string }

/**
 * Where else a user could sign in so that it matters: the other connection, or their own, is of an issuer whose identity
 * assertions a server of the organization trusts. Only providers that can be asked for a fresh login count.
 *
 * @param connectionId where the user is signed in
 * @throws StoreUnavailable
 */
export async function linkableConnections(
  organizationId: string,
  connectionId: string,
  { db }: Pick<Management, 'db'>,
): Promise<readonly Linkable[]> {
  const store = linkableConnectionStore(db)
  const asserted = await store.trustedIssuers(organizationId)
  if (asserted.length === 0) return []
  const fresh = await store.fresh(organizationId)
  const own = fresh.find(({ id }) => id === connectionId)
  if (!own) return []
  const vouches = ({ names }: typeof own) => asserted.some((issuer) => namesUsers(names, issuer))
  return fresh
    .filter((other) => other.id !== own.id && (vouches(own) || vouches(other)))
    .map(({ id, name }) => ({ id, name }))
}
