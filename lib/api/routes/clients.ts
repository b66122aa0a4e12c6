import { NotFound } from '@/lib/access'
import { clientEntry, versionOf } from '@/lib/configuration/entries'
import { putClient } from '@/lib/configuration/put'
import { CLIENT, type ClientSettings } from '@/lib/configuration/schema/settings'
import { deleteClient } from '@/lib/organizations/deletions'
import { findServer, type ServerClient } from '@/lib/servers/servers'
import { PAGE_QUERY, pageByName } from '../page'
import { answerTo, refuseOtherName, withStoredSecret } from '../put-answers'
import { settingsBody } from '../read-request'
import { organizationRoute } from '../routing'
import { client, clientBody, clientList, endedGrants, READ_ONLY } from '../schemas'

const idOf = ({ clientId }: ServerClient) => clientId

const show = (view: ServerClient) => ({ ...clientEntry(view), has_client_secret: view.hasSecret })

const shown = (view: ServerClient) => ({ body: show(view), version: versionOf(clientEntry(view)) })

function named(clients: readonly ServerClient[], id: string): ServerClient {
  const found = clients.find(({ clientId }) => clientId === id)
  if (!found) throw new NotFound('client')
  return found
}

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
      const { clients } = await findServer(scope, params.server, management)
      return pageByName(clients, query, idOf, show)
    },
  }),
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/servers/{server}/clients/{client}',
    operationId: 'getClient',
    summary: 'Reads a pre-registered client',
    versioned: true,
    permission: 'read',
    response: client,
    handle: async ({ scope, params, management }) =>
      shown(named((await findServer(scope, params.server, management)).clients, params.client)),
  }),
  organizationRoute({
    method: 'PUT',
    path: '/organizations/{organization}/servers/{server}/clients/{client}',
    operationId: 'putClient',
    summary: 'Creates or replaces a pre-registered client',
    versioned: true,
    permission: 'configure',
    body: settingsBody(CLIENT, READ_ONLY.client),
    documentedBody: clientBody,
    response: client,
    creates: 'sometimes',
    async handle({ scope, params, body, management }) {
      const place = { server: params.server, clientId: params.client }
      refuseOtherName('client_id', body.clientId, place.clientId)
      const edit = (before: ClientSettings | undefined) => withStoredSecret(body, 'clientSecret', before)
      const put = await putClient(scope, place, edit, management)
      const { clients } = await findServer(scope, place.server, management)
      const { body: entry, version } = shown(named(clients, place.clientId))
      return answerTo(put, entry, version)
    },
  }),
  organizationRoute({
    method: 'DELETE',
    path: '/organizations/{organization}/servers/{server}/clients/{client}',
    operationId: 'deleteClient',
    summary: 'Deletes a pre-registered client with all its grants and tokens, for good',
    permission: 'configure',
    response: endedGrants,
    async handle({ scope, params, management }) {
      return { body: { count: await deleteClient(scope, params.server, params.client, management) } }
    },
  }),
]
