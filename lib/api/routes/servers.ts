import { entryNamed, listServers } from '@/lib/configuration/entries'
import { putServer } from '@/lib/configuration/put-entry'
import { deleteServer } from '@/lib/organizations/deletions'
import { PAGE_QUERY, pageByName } from '../page'
import { organizationRoute } from '../routing'
import { anyEntry, server, serverBody, serverList } from '../schemas'

const slugOf = ({ slug }: Readonly<Record<string, unknown>>) => String(slug)

export const serverRoutes = [
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/servers',
    operationId: 'listServers',
    summary: 'Lists the servers of an organization, in the order of their slugs',
    permission: 'read',
    query: PAGE_QUERY,
    response: serverList,
    async handle({ scope, query, management }) {
      const all = await listServers(scope, management)
      return pageByName(all, query, slugOf, (entry) => entry)
    },
  }),
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/servers/{server}',
    operationId: 'getServer',
    summary: 'Reads a server',
    permission: 'read',
    response: server,
    handle: async ({ scope, params, management }) => ({
      body: entryNamed(await listServers(scope, management), 'server', params.server),
    }),
  }),
  organizationRoute({
    method: 'PUT',
    path: '/organizations/{organization}/servers/{server}',
    operationId: 'putServer',
    summary: 'Creates or replaces a server; its clients stay',
    permission: 'configure',
    body: anyEntry,
    documentedBody: serverBody,
    response: server,
    creates: 'sometimes',
    async handle({ scope, params, body, management }) {
      const { created, warnings } = await putServer(scope, params.server, body, management)
      const entry = entryNamed(await listServers(scope, management), 'server', params.server)
      return { status: created ? 201 : 200, body: { ...entry, ...(warnings.length > 0 && { warnings }) } }
    },
  }),
  organizationRoute({
    method: 'DELETE',
    path: '/organizations/{organization}/servers/{server}',
    operationId: 'deleteServer',
    summary: 'Deletes a server, its clients, grants and tokens, for good; its slug is never free again',
    permission: 'configure',
    async handle({ scope, params, management }) {
      await deleteServer(scope, params.server, management)
      return {}
    },
  }),
]
