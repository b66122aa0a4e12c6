import { z } from 'zod'
import { versionOf } from '@/lib/configuration/entries'
import { deleteOrganization, readOrganizationDeletion } from '@/lib/organizations/delete-organization'
import {
  addOrganization,
  listOrganizations,
  type Organization,
  organizationEntry,
  readOrganization,
  renameOrganization,
} from '@/lib/organizations/organizations'
import { fromCursor, PAGE_QUERY, page } from '../page'
import { installationRoute, organizationRoute } from '../routing'
import { component, newOrganization, organization, organizationChange, organizationList } from '../schemas'

const show = ({ slug, name, createdAt }: Organization) => ({
  slug,
  name,
  created_at: createdAt.toISOString(),
})

const shown = (organization: Organization) => ({
  body: show(organization),
  version: versionOf(organizationEntry(organization)),
})

/** Decision 0088. */
const DELETION_QUERY = z.strictObject({
  dry_run: z.enum(['true', 'false']).default('false').describe('`true`: nothing is deleted, only counted.'),
})
const count = z.int()
const organizationContents = component(
  'OrganizationContents',
  z.object({
    servers: count,
    connections: count,
    clients: count,
    grants: count,
    members: count,
    invitations: count,
    api_keys: count,
    setup_links: count,
    webhooks: count,
  }),
)

const SLUG = z.string().regex(/^[a-z0-9-]+$/)

export const organizationRoutes = [
  installationRoute({
    method: 'GET',
    path: '/organizations',
    operationId: 'listOrganizations',
    summary: 'Lists all organizations, in the order of their slugs',
    permission: 'read',
    query: PAGE_QUERY,
    response: organizationList,
    async handle({ scope, query, management }) {
      const after = fromCursor(query, SLUG)
      const wanted = { limit: query.limit + 1, ...(after !== undefined && { after }) }
      return page(await listOrganizations(scope, wanted, management), query, ({ slug }) => slug, show)
    },
  }),
  installationRoute({
    method: 'POST',
    path: '/organizations',
    operationId: 'createOrganization',
    summary: 'Creates an organization',
    permission: 'own',
    body: newOrganization,
    response: organization,
    creates: 'always',
    async handle({ scope, body, management }) {
      const created = await addOrganization(scope, body, management)
      return { status: 201, body: show(created), location: `/organizations/${created.slug}` }
    },
  }),
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}',
    operationId: 'getOrganization',
    summary: 'Reads an organization',
    versioned: true,
    permission: 'read',
    response: organization,
    handle: async ({ scope, management }) => shown(await readOrganization(scope, management)),
  }),
  organizationRoute({
    method: 'PATCH',
    path: '/organizations/{organization}',
    operationId: 'updateOrganization',
    summary: 'Gives an organization another name',
    versioned: true,
    permission: 'own',
    body: organizationChange,
    response: organization,
    handle: async ({ scope, body, management }) =>
      shown(await renameOrganization(scope, body.name, management)),
  }),
  installationRoute({
    method: 'DELETE',
    path: '/organizations/{organization}',
    operationId: 'deleteOrganization',
    summary: 'Deletes an organization with everything that it has, for good, and answers with what that was',
    permission: 'own',
    query: DELETION_QUERY,
    response: organizationContents,
    async handle({ scope, params, query, management }) {
      const act = query.dry_run === 'true' ? readOrganizationDeletion : deleteOrganization
      const { apiKeys, setupLinks, ...rest } = await act(scope, params.organization, management)
      return { body: { ...rest, api_keys: apiKeys, setup_links: setupLinks } }
    },
  }),
]
