import { entryNamed, listClients } from '@/lib/configuration/entries'
import { putClient } from '@/lib/configuration/put-entry'
import { PAGE_QUERY, pageByName } from '../page'
import { organizationRoute } from '../routing'
import { anyEntry, client, clientBody, clientList } from '../schemas'

const idOf = ({ client_id: id }: Readonly<Record<string, unknown>>) => String(id)

export const clientRoutes = [
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/servers/{server}/clients',
    operationId: 'listClients',
    summary: 'Lists the pre-registered clients of a server, in the order of their ids',
    permission: 'read',
    query: PAGE_QUERY,
    response: clientList,
    async handle({ scope, params, query, management }) {
      const all = await listClients(scope, params.server, management)
      return pageByName(all, query, idOf, (entry) => entry)
    },
  }),
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/servers/{server}/clients/{client}',
    operationId: 'getClient',
    summary: 'Reads a pre-registered client',
    permission: 'read',
    response: client,
    handle: async ({ scope, params, management }) => ({
      body: entryNamed(await listClients(scope, params.server, management), 'client', params.client),
    }),
  }),
  organizationRoute({
    method: 'PUT',
    path: '/organizations/{organization}/servers/{server}/clients/{client}',
    operationId: 'putClient',
    summary: 'Creates or replaces a pre-registered client',
    permission: 'configure',
    body: anyEntry,
    documentedBody: clientBody,
    response: client,
    creates: 'sometimes',
    async handle({ scope, params, body, management }) {
      const place = { server: params.server, clientId: params.client }
      const { created, warnings } = await putClient(scope, place, body, management)
      const entry = entryNamed(await listClients(scope, params.server, management), 'client', params.client)
      return { status: created ? 201 : 200, body: { ...entry, ...(warnings.length > 0 && { warnings }) } }
    },
  }),
]
