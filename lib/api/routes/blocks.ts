import { setClientBlocked, setUserBlocked } from '@/lib/grants/block'
import { organizationRoute } from '../routing'

export const blockRoutes = [
  organizationRoute({
    method: 'PUT',
    path: '/organizations/{organization}/blocked-clients/{client}',
    operationId: 'blockClient',
    summary: 'Keeps a client out, by the `id` that grants and logins have of it; its grants stay',
    permission: 'revoke',
    async handle({ scope, params, management }) {
      await setClientBlocked(scope, params.client, true, management)
      return {}
    },
  }),
  organizationRoute({
    method: 'DELETE',
    path: '/organizations/{organization}/blocked-clients/{client}',
    operationId: 'unblockClient',
    summary: 'Lets a client in again',
    permission: 'revoke',
    async handle({ scope, params, management }) {
      await setClientBlocked(scope, params.client, false, management)
      return {}
    },
  }),
  organizationRoute({
    method: 'PUT',
    path: '/organizations/{organization}/blocked-users/{user}',
    operationId: 'blockUser',
    summary: 'Keeps a user out, by the `id` that grants and logins have of them; their grants stay',
    permission: 'revoke',
    async handle({ scope, params, management }) {
      await setUserBlocked(scope, params.user, true, management)
      return {}
    },
  }),
  organizationRoute({
    method: 'DELETE',
    path: '/organizations/{organization}/blocked-users/{user}',
    operationId: 'unblockUser',
    summary: 'Lets a user in again',
    permission: 'revoke',
    async handle({ scope, params, management }) {
      await setUserBlocked(scope, params.user, false, management)
      return {}
    },
  }),
]
