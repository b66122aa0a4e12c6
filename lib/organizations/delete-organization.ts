import { changerOf, NotFound, type OrganizationScope, requirePermission } from '@/lib/access'
import { entryIn, installationEntry } from '@/lib/audit/audit'
import { listConnections } from '@/lib/connections/connections'
import { listServers } from '@/lib/grants/list'
import type { Management } from '@/lib/management/management'
import {
  type OrganizationContents,
  organizationDeletionStore,
} from '@/lib/store/configuration/organization-deletion'
import { organizationStore } from '@/lib/store/read/organizations'
import { deleteConnection, deleteServer } from './deletions'
import type { InstallationScope } from './installation-scope'

/** How often what was added in the middle of the deletion is deleted as well. */
const ROUNDS = 3

/**
 * What would end with an organization.
 *
 * @throws Forbidden, NotFound
 */
export async function readOrganizationDeletion(
  scope: InstallationScope,
  slug: string,
  management: Management,
): Promise<OrganizationContents> {
  const { organizationId } = await within(scope, slug, management)
  return organizationDeletionStore(management.db).contents(organizationId)
}

/**
 * Deletes an organization with everything that it has: first its servers, which ends all grants, then its connections,
 * then itself. When it stops half-way, it can be deleted again. The audit log stays. Decision 0088.
 *
 * @returns what it had when the deletion began
 * @throws Forbidden, NotFound, StoreUnavailable
 */
export async function deleteOrganization(
  scope: InstallationScope,
  slug: string,
  management: Management,
): Promise<OrganizationContents> {
  const inside = await within(scope, slug, management)
  const { organizationId } = inside
  const store = organizationDeletionStore(management.db)
  const contents = await store.contents(organizationId)
  const at = management.ports.clock()
  const auditEvent = {
    action: 'organization.deleted',
    targetKind: 'organization',
    targetId: organizationId,
    targetName: slug,
    detail: contents,
  }
  const audit = [
    entryIn(organizationId, scope.actor, at, auditEvent),
    installationEntry(scope.actor, at, auditEvent),
  ]
  const asking = { organizationId: null, maker: changerOf(scope) }
  for (let round = 0; round < ROUNDS; round++) {
    for (const server of await listServers(inside, management))
      await deleteServer(inside, server.slug, management)
    for (const connection of await listConnections(inside, management))
      await deleteConnection(inside, connection.slug, management)
    if (await store.remove(organizationId, asking, at, audit)) return contents
  }
  throw new NotFound('organization')
}

/** @throws Forbidden, NotFound */
async function within(
  scope: InstallationScope,
  slug: string,
  { db }: Management,
): Promise<OrganizationScope> {
  requirePermission(scope, 'own')
  const found = await organizationStore(db).find(slug)
  if (!found) throw new NotFound('organization')
  const { actor, permissions } = scope
  return { organizationId: found.id, organization: slug, actor, permissions, isInstallationOperator: true }
}
