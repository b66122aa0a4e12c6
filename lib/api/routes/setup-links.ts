import { z } from 'zod'
import { omitNullish } from '@/lib/omit-nullish'
import { createSetupLink, listSetupLinks, revokeSetupLink, type SetupLink } from '@/lib/setup-links/links'
import { fromCursor, PAGE_QUERY, page } from '../page'
import { organizationRoute } from '../routing'
import { createdSetupLink, newSetupLink, setupLinkList } from '../schemas'

const show = (link: SetupLink) =>
  omitNullish({
    id: link.id,
    label: link.label,
    connection_name: link.connectionName,
    connection: link.connection,
    created_by: link.createdBy,
    created_at: link.createdAt.toISOString(),
    expires_at: link.expiresAt.toISOString(),
    last_used_at: link.lastUsedAt?.toISOString(),
    state: link.state,
  })

const PATH = '/organizations/{organization}/setup-links'

export const setupLinkRoutes = [
  organizationRoute({
    method: 'GET',
    path: PATH,
    operationId: 'listSetupLinks',
    summary: 'Lists the setup links of an organization, the newest first',
    permission: 'read',
    query: PAGE_QUERY,
    response: setupLinkList,
    async handle({ scope, query, management }) {
      const after = fromCursor(query, z.string().regex(/^[\w-]+$/))
      const all = await listSetupLinks(scope, management)
      const seen = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1
      return page(all.slice(seen), query, ({ id }) => id, show)
    },
  }),
  organizationRoute({
    method: 'POST',
    path: PATH,
    operationId: 'createSetupLink',
    summary: 'Makes a link with which somebody without an account fills in one connection',
    permission: 'configure',
    body: newSetupLink,
    response: createdSetupLink,
    creates: 'always',
    async handle({ scope, body, management }) {
      const { new_connection: newConnection, expires_at: expiresAt, ...rest } = body
      const input = {
        ...rest,
        ...(newConnection !== undefined && { newConnection }),
        ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt) }),
      }
      const { url, ...made } = await createSetupLink(scope, input, management)
      return { status: 201, body: { ...show(made), url } }
    },
  }),
  organizationRoute({
    method: 'DELETE',
    path: `${PATH}/{setup_link}`,
    operationId: 'revokeSetupLink',
    summary: 'Revokes a setup link, at once and for good',
    permission: 'configure',
    async handle({ scope, params, management }) {
      await revokeSetupLink(scope, params.setup_link, management)
      return {}
    },
  }),
]
