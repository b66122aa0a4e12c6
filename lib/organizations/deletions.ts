/** Taking servers and connections away, for good. */

import { NotFound, type OrganizationScope, requirePermission } from '@/lib/access'
import { auditEntry } from '@/lib/audit/audit'
import { invalid } from '@/lib/configuration/mistakes'
import { findConnection } from '@/lib/connections/connections'
import { changerOf } from '@/lib/credentials/maker'
import { serverOf } from '@/lib/grants/list'
import type { Management } from '@/lib/management/management'
import { dismissUpstreamTokens, endGrantsOf } from '@/lib/oauth/flow/end-grant'
import { deletionStore, type ServerContents } from '@/lib/store/configuration/deletions'

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
 * @throws Forbidden, NotFound
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
  const of = { organizationId: scope.organizationId, serverId: id }
  // Before: should we stop half-way, the server is still there to be deleted again.
  const before = await endGrantsOf(of, 'revoked_by_operator', ports)
  const at = ports.clock()
  const deleted = await deletionStore(db).deleteServer(
    { ...scope, maker: changerOf(scope), slug },
    at,
    (server) =>
      auditEntry(scope, at, {
        action: 'server.deleted',
        targetKind: 'server',
        targetId: server.id,
        targetName: `${scope.organization}/${slug}`,
        detail: { name: server.name, grants: before },
      }),
  )
  if (!deleted) throw new NotFound('server')
  // After: logins that were completed in between.
  return before + (await endGrantsOf(of, 'revoked_by_operator', ports))
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
  const using = await deletionStore(db).deleteConnection(
    { ...scope, maker: changerOf(scope), slug },
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

/** @throws InvalidInput */
function refuseUsed(servers: readonly string[]): void {
  if (servers.length === 0) return
  throw invalid('connection', 'connection_in_use', { servers: servers.join(', ') })
}
