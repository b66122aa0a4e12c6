import type { Management } from '@/lib/management/management'
import { configurationStore } from '@/lib/store/configuration/configuration'
import { namesUsers } from '@/lib/store/departures/kept-out'

/** A connection whose login can be linked. */
export type Linkable = { readonly id: string; readonly name: string }

/**
 * Where else a user could sign in so that it matters: the other connection, or their own, is of an issuer whose identity
 * assertions a server of the organization trusts. Only providers that can be asked for a fresh login count.
 *
 * @param connectionId where the user is signed in
 */
export async function linkableConnections(
  organizationId: string,
  connectionId: string,
  { db, sealer }: Management,
): Promise<readonly Linkable[]> {
  const { connections, servers } = await configurationStore(db, sealer).readOrganization(organizationId)
  const fresh = connections.filter(({ type }) => type === 'oidc' || type === 'saml')
  const asserted = new Set(
    servers.flatMap(({ trustedIssuers }) => trustedIssuers.map(({ issuer }) => issuer)),
  )
  const vouches = ({ settings }: (typeof connections)[number]) =>
    [...asserted].some((issuer) => namesUsers(settings, issuer))
  const own = fresh.find(({ id }) => id === connectionId)
  if (!own) return []
  return fresh
    .filter((other) => other.id !== own.id && (vouches(own) || vouches(other)))
    .map(({ id, name }) => ({ id, name }))
}
