import type { Mistake } from '@/lib/configuration/mistakes'
import type { OrganizationSettings } from '@/lib/configuration/schema/settings'
import { organizationStore } from '@/lib/store/read/organizations'
import { COMMAND_LINE, PERMISSIONS } from '../access'
import { findLockOut, type TrialServices } from './access-trial'

/**
 * Rules of a configuration file that would refuse everybody who has logged in during the last 30 days, by their place in
 * the file. Decision 0079.
 */
export async function lockOutsOf(
  organizations: readonly OrganizationSettings[],
  services: TrialServices,
): Promise<readonly Mistake[]> {
  const found: Mistake[] = []
  for (const [i, { slug, servers }] of organizations.entries()) {
    const stored = await organizationStore(services.db).find(slug)
    if (!stored) continue
    const scope = {
      organizationId: stored.id,
      organization: slug,
      actor: COMMAND_LINE,
      permissions: PERMISSIONS,
      isInstallationOperator: true,
    }
    for (const [j, { slug: server, access, scopes }] of servers.entries()) {
      const lockOut = await findLockOut(scope, server, { access, scopes }, undefined, services)
      if (lockOut)
        found.push({
          path: ['organizations', i, 'servers', j, lockOut.field],
          code: lockOut.code,
          params: lockOut.params,
        })
    }
  }
  return found
}
