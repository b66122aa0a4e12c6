import { z } from 'zod'
import { NotFound } from '@/lib/access'
import { setClientBlocked, setUserBlocked } from '@/lib/grants/block'
import { findClient, findUser } from '@/lib/grants/list'
import { organizationRoute } from '../routing'
import { component, instant } from '../schemas'

type Kind = 'client' | 'user'

const SET = { client: setClientBlocked, user: setUserBlocked }
const FIND = { client: findClient, user: findUser }

const block = component('Block', z.object({ id: z.string(), blocked_at: instant }))

/** By the `id` that grants and logins have of a client or user. */
const placeOf = <K extends Kind>(kind: K) =>
  ({ path: `/organizations/{organization}/blocked-${kind}s/{${kind}}` }) as const

/** Blocks or unblocks. */
const blockRoute = (kind: Kind, method: 'PUT' | 'DELETE', operationId: string, summary: string) =>
  organizationRoute({
    ...placeOf(kind),
    method,
    operationId,
    summary,
    permission: 'revoke',
    async handle({ scope, params, management }) {
      await SET[kind](scope, params[kind], method === 'PUT', management)
      return {}
    },
  })

const readRoute = (kind: Kind, operationId: string, summary: string) =>
  organizationRoute({
    ...placeOf(kind),
    method: 'GET',
    operationId,
    summary,
    permission: 'read',
    response: block,
    async handle({ scope, params, management }) {
      const { id, blockedAt } = await FIND[kind](scope, params[kind], management)
      if (!blockedAt) throw new NotFound(kind)
      return { body: { id, blocked_at: blockedAt.toISOString() } }
    },
  })

const OF_CLIENT = 'Keeps a client out, by the `id` that grants and logins have of it; its grants stay'
const OF_USER = 'Keeps a user out, by the `id` that grants and logins have of them; their grants stay'

export const blockRoutes = [
  readRoute('client', 'getBlockedClient', 'Says since when a client is kept out; 404 for one that is not'),
  readRoute('user', 'getBlockedUser', 'Says since when a user is kept out; 404 for one that is not'),
  blockRoute('client', 'PUT', 'blockClient', OF_CLIENT),
  blockRoute('client', 'DELETE', 'unblockClient', 'Lets a client in again'),
  blockRoute('user', 'PUT', 'blockUser', OF_USER),
  blockRoute('user', 'DELETE', 'unblockUser', 'Lets a user in again'),
]
