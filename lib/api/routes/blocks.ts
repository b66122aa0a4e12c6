import { setClientBlocked, setUserBlocked } from '@/lib/grants/block'
import { organizationRoute } from '../routing'

type Kind = 'client' | 'user'

const SET = { client: setClientBlocked, user: setUserBlocked }

/** Blocks or unblocks, by the `id` that grants and logins have of a client or user. */
const blockRoute = (kind: Kind, method: 'PUT' | 'DELETE', operationId: string, summary: string) =>
  organizationRoute({
    method,
    path: `/organizations/{organization}/blocked-${kind}s/{${kind}}`,
    operationId,
    summary,
    permission: 'revoke',
    async handle({ scope, params, management }) {
      await SET[kind](scope, params[kind], method === 'PUT', management)
      return {}
    },
  })

const OF_CLIENT = 'Keeps a client out, by the `id` that grants and logins have of it; its grants stay'
const OF_USER = 'Keeps a user out, by the `id` that grants and logins have of them; their grants stay'

export const blockRoutes = [
  blockRoute('client', 'PUT', 'blockClient', OF_CLIENT),
  blockRoute('client', 'DELETE', 'unblockClient', 'Lets a client in again'),
  blockRoute('user', 'PUT', 'blockUser', OF_USER),
  blockRoute('user', 'DELETE', 'unblockUser', 'Lets a user in again'),
]
