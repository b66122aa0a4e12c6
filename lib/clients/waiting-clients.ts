/** Clients that wait until an administrator allows them. To refuse one is to block it. Decision 0095. */
import { keptOut } from '@/lib/oauth/clients/standing'
import type { Client, Server } from '@/lib/oauth/model'
import { waitingClientStore } from '@/lib/store/read/waiting-clients'
import { askingOf, type OrganizationScope, requirePermission } from '../access'
import { auditEntry } from '../audit/audit'
import { type Entry, refuseOutdated } from '../configuration/entries'
import { invalid } from '../configuration/mistakes'
import { findClient } from '../grants/list'
import type { Management } from '../management/management'

export type WaitingClient = { readonly client: Client; readonly server: Server }

/**
 * Those of an organization that wait, the ones that asked first at the top.
 *
 * @throws Forbidden
 */
export async function listWaitingClients(
  scope: OrganizationScope,
  { db, ports }: Management,
): Promise<readonly WaitingClient[]> {
  requirePermission(scope, 'read')
  const asked = await waitingClientStore(db).list(scope.organizationId, ports.clock())
  return asked.filter(({ client, server }) => keptOut(server, client) === 'client_waiting')
}

/**
 * Lets a client come, for all its users. Harmless when it may already. A client that was blocked in the meantime stays
 * so: of an approval and a refusal at the same time, the refusal stands. One that has become another since it was seen is
 * not allowed: a client may change itself while it waits.
 *
 * @param id of its row
 * @throws Forbidden, NotFound
 * @throws Outdated when it is no longer what the actor has seen
 * @throws InvalidInput when it is blocked
 */
export async function allowClient(
  scope: OrganizationScope,
  id: string,
  management: Management,
): Promise<void> {
  requirePermission(scope, 'configure')
  const { name, clientId, server } = await findClient(scope, id, management)
  const audit = auditEntry(scope, management.ports.clock(), {
    action: 'client.allowed',
    targetKind: 'client',
    targetId: id,
    targetName: name ?? clientId,
    detail: { clientId, server },
  })
  const check = (client: Client) => refuseOutdated(scope, waitingEntry(client))
  const by = askingOf(scope)
  const isAllowed = await waitingClientStore(management.db).allow(id, audit, check, by)
  if (isAllowed) return
  const { blockedAt } = await findClient(scope, id, management)
  if (blockedAt) throw invalid('client', 'client_is_blocked')
}

/** What counts of a client that waits for its version: what it is allowed by. */
export const waitingEntry = ({
  clientId,
  name,
  redirectUris,
}: Pick<Client, 'clientId' | 'name' | 'redirectUris'>): Entry => ({
  client_id: clientId,
  name,
  redirect_uris: [...redirectUris],
})
