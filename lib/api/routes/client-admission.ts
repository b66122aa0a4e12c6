import { z } from 'zod'
import {
  allowClient,
  listWaitingClients,
  type WaitingClient,
  waitingEntry,
} from '@/lib/clients/waiting-clients'
import { versionOf } from '@/lib/configuration/entries'
import { omitNullish } from '@/lib/omit-nullish'
import { makeRegistrationToken, removeRegistrationToken } from '@/lib/servers/registration-token'
import { PAGE_QUERY, pageInOrder } from '../page'
import { organizationRoute } from '../routing'
import { component, instant, listOf } from '../schemas'

const waitingClient = component(
  'WaitingClient',
  z.object({
    id: z.string().describe('To allow or block it by.'),
    server: z.string().describe('Its slug.'),
    client_id: z.string(),
    kind: z.enum(['registered', 'metadata_document']),
    name: z.string().exactOptional().describe('As the client claims.'),
    redirect_uris: z.array(z.string()),
    asked_at: instant.exactOptional(),
    version: z.string().describe('For `If-Match`: a client that has become another since is not allowed.'),
  }),
)
const waitingClientList = listOf('WaitingClientList', waitingClient)
const registrationToken = component(
  'RegistrationToken',
  z.object({ token: z.string().describe('Shown once.') }),
)

const show = ({ client, server }: WaitingClient) =>
  omitNullish({
    id: client.id,
    server: server.slug,
    client_id: client.clientId,
    kind: client.kind,
    name: client.name,
    redirect_uris: client.redirectUris,
    asked_at: client.askedAt?.toISOString(),
    version: versionOf(waitingEntry(client)),
  })

const TOKEN = '/organizations/{organization}/servers/{server}/registration-token'

export const clientAdmissionRoutes = [
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/waiting-clients',
    operationId: 'listWaitingClients',
    summary: 'Lists the clients that wait to be allowed, those that asked first at the top',
    permission: 'read',
    query: PAGE_QUERY,
    response: waitingClientList,
    handle: async ({ scope, query, management }) =>
      pageInOrder(await listWaitingClients(scope, management), query, ({ client }) => client.id, show),
  }),
  organizationRoute({
    method: 'PUT',
    path: '/organizations/{organization}/allowed-clients/{client}',
    operationId: 'allowClient',
    summary: 'Lets a client come for all its users, by its `id`; to refuse it, block it',
    permission: 'configure',
    canRefuse: true,
    versioned: true,
    async handle({ scope, params, management }) {
      await allowClient(scope, params.client, management)
      return {}
    },
  }),
  organizationRoute({
    method: 'POST',
    path: TOKEN,
    operationId: 'createRegistrationToken',
    summary: 'Makes the token that clients register with at a server; the one before is void',
    permission: 'configure',
    response: registrationToken,
    creates: 'always',
    handle: async ({ scope, params, management }) => ({
      status: 201,
      body: { token: await makeRegistrationToken(scope, params.server, management) },
    }),
  }),
  organizationRoute({
    method: 'DELETE',
    path: TOKEN,
    operationId: 'deleteRegistrationToken',
    summary: 'Ends the token that clients register with at a server',
    permission: 'configure',
    async handle({ scope, params, management }) {
      await removeRegistrationToken(scope, params.server, management)
      return {}
    },
  }),
]
