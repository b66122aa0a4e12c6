import { managedServerStore } from '@/lib/store/read/servers'
import { type OrganizationScope, requirePermission } from '../access'
import { changeConfiguration, type Edited } from '../configuration/change-configuration'
import { InvalidInput } from '../configuration/mistakes'
import type { OrganizationSettings } from '../configuration/schema/settings'
import type { Management } from '../management/management'
import { freeSlug, RESERVED_SLUGS, slugFrom } from '../slug'

export type NewServer = {
  readonly name: string
  /** URL of the MCP endpoint. */
  readonly resource: string
  /** Slug of a connection of the organization. */
  readonly connection: string
  /** Made from the name when absent. */
  readonly slug?: string
}

/** Leaves room for a number behind it. */
const SLUG_LENGTH = 50

/** How often another slug is tried after a conflict. */
const ATTEMPTS = 5

/**
 * A new server, whose issuer follows from its slug and never changes.
 *
 * @returns its slug
 * @throws Forbidden
 * @throws InvalidInput with paths relative to the server: `['resource']`
 */
export async function createServer(
  scope: OrganizationScope,
  server: NewServer,
  management: Management,
): Promise<string> {
  requirePermission(scope, 'configure')
  if (server.slug !== undefined) return createAt(scope, server.slug, server, management)
  const base = slugFrom(server.name, SLUG_LENGTH) || 'server'
  const taken = [...RESERVED_SLUGS.server, ...(await managedServerStore(management.db).slugsLike(base))]
  for (let attempt = 1; ; attempt++) {
    const slug = freeSlug(base, taken)
    try {
      return await createAt(scope, slug, server, management)
    } catch (error) {
      if (attempt === ATTEMPTS || !isTaken(error)) throw error
      taken.push(slug)
    }
  }
}

async function createAt(
  scope: OrganizationScope,
  slug: string,
  { name, resource, connection }: NewServer,
  management: Management,
): Promise<string> {
  const server = { slug, name, resource, connection }
  const append = (organization: OrganizationSettings): Edited => ({
    organization: { ...organization, servers: [...organization.servers, server] },
    at: ['servers', organization.servers.length],
  })
  await changeConfiguration(scope, append, management)
  return slug
}

/** The slug, or the issuer that follows from it, is taken. */
function isTaken(error: unknown): boolean {
  if (!(error instanceof InvalidInput)) return false
  return error.mistakes.length > 0 && error.mistakes.every(({ path }) => path[0] === 'slug')
}
