import { ruledClaims } from '@/lib/oauth/protocol/access-rules'
import { PROVISIONED_CLAIM } from '@/lib/oauth/protocol/user-claims'
import { managedServerStore } from '@/lib/store/read/servers'
import { type OrganizationScope, requirePermission } from '../access'
import { invalid } from '../configuration/mistakes'
import { askRules, type LockOut, lockOut, lockOutParams, type TrialServices } from './access-trial'

/**
 * Whether access rules of a server behind a connection would refuse everybody who was seen, or who says so, as soon as
 * they take groups from what SCIM has pushed, and do not before. Decision 0129.
 *
 * @param connection its slug
 * @throws Forbidden
 */
export async function findScimLockOut(
  scope: OrganizationScope,
  connection: string,
  services: TrialServices,
): Promise<Pick<LockOut, 'code' | 'params'> | null> {
  requirePermission(scope, 'configure')
  const { db, ports } = services
  const servers = await managedServerStore(db).list(scope.organizationId, ports.clock())
  for (const server of servers) {
    if (server.connectionSlug !== connection || !ruledClaims(server).includes(PROVISIONED_CLAIM)) continue
    const then = await askRules(scope, server.slug, { scimGroups: true }, services)
    const code = lockOut(then)
    if (!code) continue
    const now = await askRules(scope, server.slug, {}, services)
    if (lockOut(now) !== code) return { code, params: lockOutParams(then) }
  }
  return null
}

/**
 * Stands before a connection says that groups come from SCIM.
 *
 * @param isMeant whether the operator has said so
 * @throws Forbidden
 * @throws InvalidInput at `scim_groups`
 */
export async function refuseScimLockOut(
  scope: OrganizationScope,
  connection: string,
  { scimGroups, isMeant }: { readonly scimGroups: boolean; readonly isMeant: boolean },
  services: TrialServices,
): Promise<void> {
  if (!scimGroups || isMeant) return
  const found = await findScimLockOut(scope, connection, services)
  if (found) throw invalid('scim_groups', found.code, found.params)
}
