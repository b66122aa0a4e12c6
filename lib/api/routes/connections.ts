import { z } from 'zod'
import { connectionEntry, versionOf } from '@/lib/configuration/entries'
import { putConnection } from '@/lib/configuration/put'
import { type AnyConnection, CONNECTION } from '@/lib/configuration/schema/settings'
import { type ConnectionView, findConnection, listConnections } from '@/lib/connections/connections'
import { makeScimToken, removeScimToken } from '@/lib/connections/scim-token'
import { deleteConnection } from '@/lib/organizations/deletions'
import { refuseScimLockOut } from '@/lib/servers/scim-lock-out'
import { PAGE_QUERY, pageByName } from '../page'
import { answerTo, refuseOtherName, withStoredSecret } from '../put-answers'
import { settingsBody, withLockOut } from '../read-request'
import { organizationRoute } from '../routing'
import { component, connection, connectionBody, connectionList, READ_ONLY } from '../schemas'

const scimToken = component(
  'ScimToken',
  z.object({ token: z.string().describe('Shown once.'), url: z.string().describe('Where it is good.') }),
)

const slugOf = ({ slug }: ConnectionView) => slug

const show = (view: ConnectionView) => ({
  ...connectionEntry(view),
  has_client_secret: view.hasClientSecret,
  ...(view.type !== 'platform' && { callback_url: view.callbackUrl }),
  ...(view.type !== 'platform' && { has_scim_token: view.hasScimToken, signals_url: view.signalsUrl }),
  ...(view.certificateEnds && { certificate_ends: view.certificateEnds.toISOString() }),
  ...(view.backChannelLogoutUrl && { backchannel_logout_url: view.backChannelLogoutUrl }),
  ...(view.jwksUrl && { jwks_url: view.jwksUrl }),
  ...(view.samlMetadataUrl && { saml_metadata_url: view.samlMetadataUrl }),
})

const shown = (view: ConnectionView) => ({ body: show(view), version: versionOf(connectionEntry(view)) })

const PUT_BODY = withLockOut(
  settingsBody(CONNECTION, { ...READ_ONLY.connection, allow_lock_out: z.unknown() }),
)

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
      return pageByName(all, query, slugOf, show)
    },
  }),
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/connections/{connection}',
    operationId: 'getConnection',
    summary: 'Reads a connection',
    versioned: true,
    permission: 'read',
    response: connection,
    handle: async ({ scope, params, management }) =>
      shown(await findConnection(scope, params.connection, management)),
  }),
  organizationRoute({
    method: 'PUT',
    path: '/organizations/{organization}/connections/{connection}',
    operationId: 'putConnection',
    summary: 'Creates or replaces a connection',
    versioned: true,
    permission: 'configure',
    body: PUT_BODY,
    documentedBody: connectionBody,
    response: connection,
    creates: 'sometimes',
    async handle({ scope, params, body: { isMeant, settings: body }, management }) {
      const { connection: slug } = params
      refuseOtherName('slug', body.slug, slug)
      const scimGroups = 'scimGroups' in body && body.scimGroups === true
      await refuseScimLockOut(scope, slug, { scimGroups, isMeant }, management)
      const edit = (before: AnyConnection | undefined) => withStoredSecret(body, 'clientSecret', before)
      const put = await putConnection(scope, slug, edit, management)
      const { body: entry, version } = shown(await findConnection(scope, slug, management))
      return answerTo(put, entry, version)
    },
  }),
  organizationRoute({
    method: 'POST',
    path: '/organizations/{organization}/connections/{connection}/scim-token',
    operationId: 'createScimToken',
    summary: 'Makes the token that the identity provider provisions users with; the one before is void',
    permission: 'configure',
    response: scimToken,
    creates: 'always',
    handle: async ({ scope, params, management }) => ({
      status: 201,
      body: {
        token: await makeScimToken(scope, params.connection, management),
        url: `${management.publicUrl}/scim/v2`,
      },
    }),
  }),
  organizationRoute({
    method: 'DELETE',
    path: '/organizations/{organization}/connections/{connection}/scim-token',
    operationId: 'deleteScimToken',
    summary: 'Ends provisioning over a connection',
    permission: 'configure',
    async handle({ scope, params, management }) {
      await removeScimToken(scope, params.connection, management)
      return {}
    },
  }),
  organizationRoute({
    method: 'DELETE',
    path: '/organizations/{organization}/connections/{connection}',
    operationId: 'deleteConnection',
    summary: 'Deletes a connection that no server uses, for good',
    versioned: true,
    permission: 'configure',
    canRefuse: true,
    async handle({ scope, params, management }) {
      await deleteConnection(scope, params.connection, management)
      return {}
    },
  }),
]
