import type { Maker } from '@/lib/store/credentials/makers'
import { type OrganizationScope, type Permission, permissionsOf, requirePermission } from '../access'

/**
 * Who makes what works without them. Their role is read again when it is written.
 *
 * @param mayStill whether these permissions allow it
 * @returns undefined for the command line and the like, whose right is to reach the database
 */
export function makerOf(
  { actor }: Pick<OrganizationScope, 'actor'>,
  mayStill: (permissions: readonly Permission[]) => boolean,
): Maker | undefined {
  const { kind, id } = actor
  if (id === undefined || (kind !== 'operator' && kind !== 'api_key')) return undefined
  return { kind, id, mayStill: (role) => mayStill(role ? permissionsOf(role) : []) }
}

/**
 * Who changes what is configured: the right is asked about again when the change has its turn.
 *
 * @returns as {@link makerOf}; one without the permission has Forbidden thrown
 */
export const changerOf = (scope: Pick<OrganizationScope, 'actor'>): Maker | undefined =>
  makerOf(scope, (permissions) => {
    requirePermission({ permissions }, 'configure')
    return true
  })
