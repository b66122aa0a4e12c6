import { entryNamed, listConnections } from '@/lib/configuration/entries'
import { putConnection } from '@/lib/configuration/put-entry'
import { deleteConnection } from '@/lib/organizations/deletions'
import { PAGE_QUERY, pageByName } from '../page'
import { organizationRoute } from '../routing'
import { anyEntry, connection, connectionBody, connectionList } from '../schemas'

const slugOf = ({ slug }: Readonly<Record<string, unknown>>) => String(slug)

export const connectionRoutes = [
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/connections',
    operationId: 'listConnections',
    summary: 'Lists the connections of an organization, in the order of their slugs',
    permission: 'read',
    query: PAGE_QUERY,
    response: connectionList,
    async handle({ scope, query, management }) {
      const all = await listConnections(scope, management)
      return pageByName(all, query, slugOf, (entry) => entry)
    },
  }),
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/connections/{connection}',
    operationId: 'getConnection',
    summary: 'Reads a connection',
    permission: 'read',
    response: connection,
    handle: async ({ scope, params, management }) => ({
      body: entryNamed(await listConnections(scope, management), 'connection', params.connection),
    }),
  }),
  organizationRoute({
    method: 'PUT',
    path: '/organizations/{organization}/connections/{connection}',
    operationId: 'putConnection',
    summary: 'Creates or replaces a connection',
    permission: 'configure',
    body: anyEntry,
    documentedBody: connectionBody,
    response: connection,
    creates: 'sometimes',
    async handle({ scope, params, body, management }) {
      const { created, warnings } = await putConnection(scope, params.connection, body, management)
      const entry = entryNamed(await listConnections(scope, management), 'connection', params.connection)
      return { status: created ? 201 : 200, body: { ...entry, ...(warnings.length > 0 && { warnings }) } }
    },
  }),
  organizationRoute({
    method: 'DELETE',
    path: '/organizations/{organization}/connections/{connection}',
    operationId: 'deleteConnection',
    summary: 'Deletes a connection that no server uses, for good',
    permission: 'configure',
    canRefuse: true,
    async handle({ scope, params, management }) {
      await deleteConnection(scope, params.connection, management)
      return {}
    },
  }),
]
