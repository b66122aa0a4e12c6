import type { Mistake, Path } from '@/lib/configuration/mistakes'
import type { OrganizationSettings } from '@/lib/configuration/schema/settings'
import { organizationStore } from '@/lib/store/read/organizations'
import { COMMAND_LINE, type OrganizationScope, PERMISSIONS } from '../access'
import { findLockOut, type TrialServices } from './access-trial'
import { findScimLockOut } from './scim-lock-out'

/**
 * Rules of a configuration file that would refuse everybody who has logged in during the last 30 days, or an operator who
 * may have written it, by their place in the file. Decision 0079.
 */
export async function lockOutsOf(
  organizations: readonly OrganizationSettings[],
  services: TrialServices,
): Promise<readonly Mistake[]> {
  const found: Mistake[] = []
  for (const [i, organization] of organizations.entries()) {
    const stored = await organizationStore(services.db).find(organization.slug)
    if (!stored) continue
    const scope = {
      organizationId: stored.id,
      organization: organization.slug,
      actor: COMMAND_LINE,
      permissions: PERMISSIONS,
      isInstallationOperator: true,
    }
    found.push(...(await ofConnections(scope, ['organizations', i], organization, services)))
    found.push(...(await ofServers(scope, ['organizations', i], organization, services)))
  }
  return found
}

async function ofServers(
  scope: OrganizationScope,
  path: Path,
  { servers }: OrganizationSettings,
  services: TrialServices,
): Promise<readonly Mistake[]> {
  const found: Mistake[] = []
  for (const [j, { slug, access, scopes }] of servers.entries()) {
    const lockOut = await findLockOut(scope, slug, { access, scopes }, services)
    if (lockOut) {
      const { field, code, params } = lockOut
      found.push({ path: [...path, 'servers', j, field], code, params })
    }
  }
  return found
}

async function ofConnections(
  scope: OrganizationScope,
  path: Path,
  { connections }: OrganizationSettings,
  services: TrialServices,
): Promise<readonly Mistake[]> {
  const found: Mistake[] = []
  for (const [j, connection] of connections.entries()) {
    if (!('scimGroups' in connection) || !connection.scimGroups) continue
    const lockOut = await findScimLockOut(scope, connection.slug, services)
    if (lockOut) found.push({ path: [...path, 'connections', j, 'scim_groups'], ...lockOut })
  }
  return found
}
