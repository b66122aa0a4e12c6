/** Taking servers, connections and clients away, for good. */

import { changerOf, NotFound, type OrganizationScope, requirePermission } from '@/lib/access'
import { auditEntry } from '@/lib/audit/audit'
import { connectionEntry, type Entry, refuseOutdated, serverEntry } from '@/lib/configuration/entries'
import { invalid } from '@/lib/configuration/mistakes'
import { organizationSettings } from '@/lib/configuration/rows'
import type { OrganizationSettings } from '@/lib/configuration/schema/settings'
import { findConnection } from '@/lib/connections/connections'
import { serverOf } from '@/lib/grants/list'
import type { Management } from '@/lib/management/management'
import { dismissUpstreamTokens, endGrantsOf } from '@/lib/oauth/flow/end-grant'
import { configurationStore } from '@/lib/store/configuration/configuration'
import { deletionStore, type ServerContents } from '@/lib/store/configuration/deletions'
import type { ConfigurationRows } from '@/lib/store/configuration/rows'

export type ServerDeletion = ServerContents & { readonly slug: string; readonly name: string }

/**
 * What goes when a server is deleted.
 *
 * @throws Forbidden, NotFound
 */
export async function readServerDeletion(
  scope: OrganizationScope,
  slug: string,
  management: Management,
): Promise<ServerDeletion> {
  requirePermission(scope, 'configure')
  const { id, name } = await serverOf(scope, slug, management)
  return { slug, name, ...(await deletionStore(management.db).contents(scope.organizationId, id)) }
}

/**
 * Deletes a server: its issuer is gone, its grants and tokens are refused from now on, and its upstream tokens are
 * revoked as with every grant. The audit log and security events stay, and so does the slug, which is never reused (RFC
 * 8414 §2: an issuer identifies one server).
 *
 * @returns how many grants were revoked
 * @throws Forbidden, NotFound, Outdated
 * @throws StoreUnavailable
 */
export async function deleteServer(
  scope: OrganizationScope,
  slug: string,
  management: Management,
): Promise<number> {
  requirePermission(scope, 'configure')
  const { db, ports } = management
  const { id } = await serverOf(scope, slug, management)
  const check = unchanged(scope, ({ servers }) => {
    const stored = servers.find((server) => server.slug === slug)
    return stored && serverEntry(stored)
  })
  // Grants end before the deletion has its turn.
  if (check) check(await configurationStore(db, management.sealer).readOrganization(scope.organizationId))
  const of = { organizationId: scope.organizationId, serverId: id }
  // Before: should we stop half-way, the server is still there to be deleted again.
  const before = await endGrantsOf(of, 'revoked_by_operator', ports)
  const at = ports.clock()
  const deleted = await deletionStore(db).deleteServer(
    { ...scope, maker: changerOf(scope), slug, check },
    at,
    (server) =>
      auditEntry(scope, at, {
        action: 'server.deleted',
        targetKind: 'server',
        targetId: server.id,
        targetName: `${scope.organization}/${slug}`,
        detail: { name: server.name, grants: before + server.grants },
      }),
  )
  if (!deleted) throw new NotFound('server')
  ports.background('upstream revocation', dismissUpstreamTokens(ports))
  return before + deleted.grants
}

/**
 * Deletes a connection that no server uses, with its secret, its setup links and the accounts at it. Its slug is free
 * again; its id, which names a callback, is not.
 *
 * @throws Forbidden, NotFound; InvalidInput naming the servers that use it
 * @throws StoreUnavailable
 */
export async function deleteConnection(
  scope: OrganizationScope,
  slug: string,
  management: Management,
): Promise<void> {
  requirePermission(scope, 'configure')
  const { db, ports } = management
  const { servers } = await findConnection(scope, slug, management)
  refuseUsed(servers.map(({ name }) => name))
  // The secret is needed for it.
  await dismissUpstreamTokens(ports)
  const at = ports.clock()
  const check = unchanged(scope, ({ connections }) => {
    const stored = connections.find((connection) => connection.slug === slug)
    return stored && connectionEntry(stored)
  })
  const using = await deletionStore(db).deleteConnection(
    { ...scope, maker: changerOf(scope), slug, check },
    at,
    ({ id, name }) =>
      auditEntry(scope, at, {
        action: 'connection.deleted',
        targetKind: 'connection',
        targetId: id,
        targetName: `${scope.organization}/${slug}`,
        detail: { name },
      }),
  )
  if (using === null) throw new NotFound('connection')
  refuseUsed(using)
}

/** What refuses to delete something that is not what the scope expects; undefined when it expects nothing. */
function unchanged(
  scope: OrganizationScope,
  find: (organization: OrganizationSettings) => Entry | undefined,
) {
  if (!scope.expected) return undefined
  return (own: ConfigurationRows) => {
    const [row] = own.organizations
    refuseOutdated(scope, row && find(organizationSettings(row, own)))
  }
}

/**
 * Deletes a pre-registered client, and ends what was connected with it. Its id is free again.
 *
 * @param server slug
 * @returns how many grants ended
 * @throws Forbidden, NotFound
 * @throws StoreUnavailable
 */
export async function deleteClient(
  scope: OrganizationScope,
  server: string,
  clientId: string,
  management: Management,
): Promise<number> {
  requirePermission(scope, 'configure')
  const { db, ports } = management
  const at = ports.clock()
  const place = { ...scope, maker: changerOf(scope), slug: server, clientId }
  const deleted = await deletionStore(db).deleteClient(place, at, ({ id, grants }) =>
    auditEntry(scope, at, {
      action: 'client.deleted',
      targetKind: 'client',
      targetId: id,
      targetName: `${scope.organization}/${server}/${clientId}`,
      detail: { grants },
    }),
  )
  if (!deleted) throw new NotFound('client')
  ports.background('upstream revocation', dismissUpstreamTokens(ports))
  return deleted.grants
}

/** @throws InvalidInput */
function refuseUsed(servers: readonly string[]): void {
  if (servers.length === 0) return
  throw invalid('connection', 'connection_in_use', { servers: servers.join(', ') })
}
