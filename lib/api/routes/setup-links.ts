import { z } from 'zod'
import { NotFound } from '@/lib/access'
import { text } from '@/lib/configuration/schema/values'
import { omitNullish } from '@/lib/omit-nullish'
import { createSetupLink, listSetupLinks, revokeSetupLink, type SetupLink } from '@/lib/setup-links/links'
import { PAGE_QUERY, pageInOrder } from '../page'
import { organizationRoute } from '../routing'
import { component, instant, listOf, sentTo } from '../schemas'

const setupLinkShape = {
  id: z.string(),
  label: z.string().describe('Whom it is for.'),
  connection_name: z.string(),
  connection: z.string().exactOptional().describe('Slug; absent until the connection is filled in.'),
  created_by: z.string(),
  created_at: instant,
  expires_at: instant,
  last_used_at: instant.exactOptional(),
  state: z.enum(['open', 'expired', 'revoked', 'finished', 'connection_deleted']),
}
const setupLink = component('SetupLink', z.object(setupLinkShape))
const setupLinkList = listOf('SetupLinkList', setupLink)
const createdSetupLink = component(
  'CreatedSetupLink',
  z.object({
    ...setupLinkShape,
    url: z.string().describe('The link itself. It is never shown again.'),
    sent_to: sentTo,
  }),
)
const newSetupLink = component(
  'NewSetupLink',
  z.strictObject({
    label: text(100).describe('Whom it is for: the audit log names what is done with it after them.'),
    connection: z.string().exactOptional().describe('Slug of a connection that there is.'),
    new_connection: text(100)
      .exactOptional()
      .describe("Instead: the name of one that the link's holder makes."),
    expires_at: instant.exactOptional().describe('At most 30 days from now; 7 days when it is left out.'),
    email: z.email().max(254).exactOptional().describe('Where the link is sent, where mail is configured.'),
  }),
)

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
      return pageInOrder(await listSetupLinks(scope, management), query, ({ id }) => id, show)
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
      const { url, sentTo: address, ...made } = await createSetupLink(scope, input, management)
      return { status: 201, body: { ...show(made), url, ...(address && { sent_to: address }) } }
    },
  }),
  organizationRoute({
    method: 'GET',
    path: `${PATH}/{setup_link}`,
    operationId: 'getSetupLink',
    summary: 'Reads a setup link, also one that ended not long ago',
    permission: 'read',
    response: setupLink,
    async handle({ scope, params, management }) {
      const found = (await listSetupLinks(scope, management)).find(({ id }) => id === params.setup_link)
      if (!found) throw new NotFound('setup link')
      return { body: show(found) }
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
