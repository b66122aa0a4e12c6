import { z } from 'zod'
import { serverEntry, versionOf } from '@/lib/configuration/entries'
import { invalid } from '@/lib/configuration/mistakes'
import { putServer } from '@/lib/configuration/put'
import { readSettings } from '@/lib/configuration/schema/read'
import { SERVER, type ServerSettings } from '@/lib/configuration/schema/settings'
import { deleteServer } from '@/lib/organizations/deletions'
import { refuseLockOut } from '@/lib/servers/access-trial'
import { findServer, listServers, type ServerView } from '@/lib/servers/servers'
import { PAGE_QUERY, pageByName } from '../page'
import { answerTo, refuseOtherName, withStoredSecret } from '../put-answers'
import { settingsBody, withLockOut } from '../read-request'
import { organizationRoute } from '../routing'
import { READ_ONLY, server, serverBody, serverList } from '../schemas'

const slugOf = ({ slug }: ServerView) => slug

const entryOf = (view: ServerView) => serverEntry({ ...view, connection: view.connection.slug })

const show = (view: ServerView) => ({
  ...entryOf(view),
  has_resource_secret: view.hasResourceSecret,
  has_registration_token: view.hasRegistrationToken,
  issuer: view.issuer,
})

const shown = (view: ServerView) => ({ body: show(view), version: versionOf(entryOf(view)) })
const SETTINGS = settingsBody(SERVER, { ...READ_ONLY.server, allow_lock_out: z.unknown() })

const RULES = SERVER.pick({ access: true, scopes: true })

const PUT_BODY = withLockOut(SETTINGS)

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
      return pageByName(all, query, slugOf, show)
    },
  }),
  organizationRoute({
    method: 'GET',
    path: '/organizations/{organization}/servers/{server}',
    operationId: 'getServer',
    summary: 'Reads a server',
    versioned: true,
    permission: 'read',
    response: server,
    handle: async ({ scope, params, management }) =>
      shown(await findServer(scope, params.server, management)),
  }),
  organizationRoute({
    method: 'PUT',
    path: '/organizations/{organization}/servers/{server}',
    operationId: 'putServer',
    summary: 'Creates or replaces a server; its clients stay',
    versioned: true,
    permission: 'configure',
    body: PUT_BODY,
    documentedBody: serverBody,
    response: server,
    creates: 'sometimes',
    async handle({ scope, params, body: { isMeant, settings: body }, management }) {
      const { server: slug } = params
      refuseOtherName('slug', body.slug, slug)
      if (body.clients !== undefined) throw invalid('clients', 'clients_elsewhere')
      const edit = (before: ServerSettings | undefined) => withStoredSecret(body, 'resourceSecret', before)
      const { value: rules } = readSettings(RULES, { access: body.access, scopes: body.scopes }, [])
      if (rules) await refuseLockOut(scope, slug, rules, isMeant, management)
      const put = await putServer(scope, slug, edit, management)
      const { body: entry, version } = shown(await findServer(scope, slug, management))
      return answerTo(put, entry, version)
    },
  }),
  organizationRoute({
    method: 'DELETE',
    path: '/organizations/{organization}/servers/{server}',
    operationId: 'deleteServer',
    summary: 'Deletes a server, its clients, grants and tokens, for good; its slug is never free again',
    versioned: true,
    permission: 'configure',
    async handle({ scope, params, management }) {
      await deleteServer(scope, params.server, management)
      return {}
    },
  }),
]
