import { z } from 'zod'
import { listLinkedLogins, type SeenLinkedLogin, unlinkLogin } from '@/lib/grants/linked-logins'
import { omitNullish } from '@/lib/omit-nullish'
import { PAGE_QUERY, pageInOrder } from '../page'
import { organizationRoute } from '../routing'
import { component, endedGrants, instant, listOf } from '../schemas'

const linkedLogin = component(
  'LinkedLogin',
  z.object({
    id: z.string(),
    identity_source: z.string().describe('The issuer that names the login, or a connection.'),
    subject: z.string(),
    email: z.string().exactOptional(),
    name: z.string().exactOptional(),
    linked_at: instant.exactOptional(),
  }),
)
const linkedLoginList = listOf('LinkedLoginList', linkedLogin)

const show = ({ id, identitySource, subject, email, name, linkedAt }: SeenLinkedLogin) =>
  omitNullish({
    id,
    identity_source: identitySource,
    subject,
    email,
    name,
    linked_at: linkedAt?.toISOString(),
  })

export const linkedLoginRoutes = [
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/users/{user}/linked-logins',
    operationId: 'listLinkedLogins',
    summary: 'Lists other logins that lead to a user, by the `id` that grants have of them',
    permission: 'read',
    query: PAGE_QUERY,
    response: linkedLoginList,
    handle: async ({ scope, params, query, management }) =>
      pageInOrder(await listLinkedLogins(scope, params.user, management), query, ({ id }) => id, show),
  }),
  organizationRoute({
    method: 'DELETE',
    path: '/organizations/{organization}/users/{user}/linked-logins/{login}',
    operationId: 'unlinkLogin',
    summary:
      'Makes a linked login a user of its own again, ends what came by it, and signs the user out here',
    permission: 'revoke',
    response: endedGrants,
    handle: async ({ scope, params, management }) => ({
      body: { count: await unlinkLogin(scope, params.user, params.login, management) },
    }),
  }),
]
