import { callbackUrl } from '@/lib/oauth/protocol/urls'
import { type ConfigurationRows, configurationStore } from '@/lib/store/configuration/configuration'
import { NotFound, type OrganizationScope, requirePermission } from '../access'
import type { Management } from '../management/management'
import type { Entry, OrganizationDocument } from './change-configuration'
import { exportOrganization } from './export'

/**
 * An entry of the configuration file, in wire names, without its secrets: `has_client_secret` and the like say whether
 * there is one. What only Vestibule knows of it is there, too.
 */
export type ShownEntry = Entry

/** Members that only answers have: what was read can be sent back. */
export const READ_ONLY = {
  connection: ['has_client_secret', 'callback_url', 'warnings'],
  server: ['has_resource_secret', 'issuer', 'warnings'],
  client: ['has_client_secret', 'warnings'],
} as const

/**
 * In the order of their slugs.
 *
 * @throws Forbidden, NotFound
 */
export async function listConnections(
  scope: OrganizationScope,
  management: Management,
): Promise<readonly ShownEntry[]> {
  const { document } = await read(scope, management)
  return (document.connections ?? []).map(({ client_secret: secret, ...entry }) => ({
    ...entry,
    has_client_secret: secret !== undefined,
    ...(entry.type !== 'platform' && {
      callback_url: callbackUrl(management.publicUrl, String(entry.id)),
    }),
  }))
}

/**
 * In the order of their slugs, without their clients.
 *
 * @throws Forbidden, NotFound
 */
export async function listServers(
  scope: OrganizationScope,
  management: Management,
): Promise<readonly ShownEntry[]> {
  const { document, rows } = await read(scope, management)
  return (document.servers ?? []).map(({ clients: _, resource_secret: secret, ...entry }) => ({
    ...entry,
    has_resource_secret: secret !== undefined,
    issuer: rows.servers.find(({ slug }) => slug === entry.slug)?.issuer,
  }))
}

/**
 * The pre-registered clients of a server, in the order of their ids.
 *
 * @throws Forbidden, NotFound
 */
export async function listClients(
  scope: OrganizationScope,
  server: string,
  management: Management,
): Promise<readonly ShownEntry[]> {
  const { document } = await read(scope, management)
  const found = (document.servers ?? []).find(({ slug }) => slug === server)
  if (!found) throw new NotFound('server')
  const clients = (found.clients ?? []) as readonly Entry[]
  return clients.map(({ client_secret: secret, ...entry }) => ({
    ...entry,
    has_client_secret: secret !== undefined,
  }))
}

/** @throws NotFound */
export function entryNamed(
  entries: readonly ShownEntry[],
  kind: 'connection' | 'server' | 'client',
  name: string,
): ShownEntry {
  const found = entries.find((entry) => entry[kind === 'client' ? 'client_id' : 'slug'] === name)
  if (!found) throw new NotFound(kind)
  return found
}

async function read(
  scope: OrganizationScope,
  { db, sealer }: Management,
): Promise<{ document: OrganizationDocument; rows: ConfigurationRows }> {
  requirePermission(scope, 'read')
  const rows = await configurationStore(db, sealer).readOrganization(scope.organizationId)
  const [organization] = rows.organizations
  if (!organization) throw new NotFound('organization')
  // A placeholder only says that there is a secret, and is taken out again.
  return { document: exportOrganization(organization, rows, () => 'set'), rows }
}
