/** What has to change for the database to agree with settings. Pure: reads no clock, touches no database. */
import type { ConfigurationRows, OrganizationRow } from '@/lib/store/configuration/rows'
import { checkNotReserved, type PlanContext, type Planning, planChange } from './changes'
import type { Path } from './mistakes'
import { planConnection } from './plan-connection'
import { planServer } from './plan-server'
import type { OrganizationSettings } from './schema/settings'

/**
 * What is stored and not named in the settings stays as it is.
 *
 * @param path where an organization's mistakes are found
 */
export function planConfiguration(
  organizations: readonly OrganizationSettings[],
  stored: ConfigurationRows,
  context: PlanContext,
  path: (index: number) => Path,
): Planning {
  const write = { organizations: [], connections: [], servers: [], clients: [] }
  const planning: Planning = {
    stored,
    context,
    changes: [],
    warnings: [],
    mistakes: [],
    write,
    displaced: [],
  }
  for (const [i, organization] of organizations.entries()) planOrganization(planning, organization, path(i))
  return planning
}

function planOrganization(planning: Planning, settings: OrganizationSettings, path: Path): void {
  const { slug, name } = settings
  const stored = planning.stored.organizations.find((organization) => organization.slug === slug)
  const organization: OrganizationRow = { id: stored?.id ?? planning.context.newId(), slug, name }
  const before = stored && { settings: stored, secret: undefined }
  const change = { kind: 'organization', name: slug } as const
  if (!stored) checkNotReserved(planning, 'organization', slug, path)
  if (planChange(planning, change, before, { settings, secret: undefined }))
    planning.write.organizations.push(organization)
  const { stays } = planning.context
  for (const [i, connection] of settings.connections.entries())
    if (!stays(connection)) planConnection(planning, organization, connection, [...path, 'connections', i])
  for (const [i, server] of settings.servers.entries())
    if (!stays(server)) planServer(planning, organization, server, [...path, 'servers', i])
}
