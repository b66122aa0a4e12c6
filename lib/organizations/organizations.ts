import { z } from 'zod'
import { type ManagedOrganization, organizationStore } from '@/lib/store/read/organizations'
import { NotFound, type OrganizationScope, requirePermission } from '../access'
import { changeConfiguration } from '../configuration/change-configuration'
import { checkedInput } from '../configuration/checked-input'
import { refuseOutdated } from '../configuration/entries'
import type { OrganizationSettings } from '../configuration/schema/settings'
import { slug, text } from '../configuration/schema/values'
import type { Management } from '../management/management'
import { createOrganization } from './create-organization'
import type { InstallationScope } from './installation-scope'

export const NEW_ORGANIZATION = z.strictObject({ slug, name: text(100) })

export type Organization = Omit<ManagedOrganization, 'id'>

/**
 * Makes a new organization.
 *
 * @throws Forbidden; InvalidInput, also when the slug is taken
 */
export async function addOrganization(
  scope: InstallationScope,
  input: z.input<typeof NEW_ORGANIZATION>,
  management: Management,
): Promise<Organization> {
  requirePermission(scope, 'own')
  const made = await createOrganization(scope.actor, checkedInput(NEW_ORGANIZATION, input), management)
  const found = await organizationStore(management.db).find(made)
  if (!found) throw new NotFound('organization')
  return shown(found)
}

/**
 * In the order of their slugs.
 *
 * @param after the slug that the caller has seen last
 * @throws Forbidden
 */
export async function listOrganizations(
  scope: InstallationScope,
  { limit, after }: { readonly limit: number; readonly after?: string },
  { db }: Management,
): Promise<readonly Organization[]> {
  requirePermission(scope, 'read')
  return (await organizationStore(db).list(limit, after)).map(shown)
}

/** @throws Forbidden, NotFound */
export async function readOrganization(scope: OrganizationScope, { db }: Management): Promise<Organization> {
  requirePermission(scope, 'read')
  const found = await organizationStore(db).find(scope.organization)
  if (found?.id !== scope.organizationId) throw new NotFound('organization')
  return shown(found)
}

/**
 * Gives an organization another name; its slug never changes.
 *
 * @throws Forbidden, NotFound, InvalidInput
 */
export async function renameOrganization(
  scope: OrganizationScope,
  name: string,
  management: Management,
): Promise<Organization> {
  requirePermission(scope, 'own')
  const rename = (organization: OrganizationSettings) => {
    refuseOutdated(scope, organizationEntry(organization), organizationEntry({ ...organization, name }))
    return { organization: { ...organization, name }, at: [] }
  }
  await changeConfiguration(scope, rename, management)
  return readOrganization(scope, management)
}

/** What counts of it for its version. */
export const organizationEntry = ({ slug, name }: Pick<Organization, 'slug' | 'name'>) => ({ slug, name })

const shown = ({ slug, name, createdAt }: Organization): Organization => ({ slug, name, createdAt })
