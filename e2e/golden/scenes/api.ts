import type { Installation } from '../installation'
import { settled } from '../settled'
import { type Answer, json, type Sheet } from '../sheet'
import { ACME, type Call, items } from './api-call'
import { recordFurther } from './api-further'

/** `listServers` is a GET, `putServer` a PUT. */
type Operations = ReadonlyMap<string, { readonly method: string; readonly path: string }>

/** Every operation of the management API, found by its name in the document that describes them. */
export async function recordApi(sheet: Sheet, { app, databaseUrl }: Installation): Promise<void> {
  const { stdout } = await app.cli(['api-keys', 'create', '--installation', '--name', 'recording'])
  const base = `${app.url}/api/v1`
  const operations = operationsOf(await sheet.ask('the document', `${base}/openapi.json`))
  const waiting = new Set(operations.keys())
  const call: Call = (operation, path, { key = stdout.trim(), body, headers = {} } = {}) => {
    const [name = '', remark] = operation.split(': ')
    if (!remark) waiting.delete(name)
    return sheet.ask(operation, base + path, {
      method: operations.get(name)?.method ?? 'GET',
      headers: {
        ...(key && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
  }
  await recordEntries(call)
  await recordPeople(call)
  await recordWebhooks(call)
  await recordAccess(call)
  await recordRefusals(call)
  await settled(databaseUrl)
  await recordDeletions(call)
  await recordFurther(call)
  await call('listAuditLog', `${ACME}/audit-log?limit=2`)
  if (waiting.size > 0) throw new Error(`no scene of the API asks for ${[...waiting].join(', ')}`)
}

function operationsOf(document: Answer): Operations {
  const { paths } = JSON.parse(document.text) as {
    paths: Record<string, Record<string, { operationId: string }>>
  }
  return new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { operationId }]) => [
        operationId,
        { method: method.toUpperCase(), path },
      ]),
    ),
  )
}

const OIDC = { type: 'oidc', issuer: 'https://login.acme.example', client_id: 'v', client_secret: 'hush' }
const FILES = { name: 'Files', resource: 'https://files.acme.example/mcp', connection: 'partner' }

/** Organizations, connections, servers and their clients. */
async function recordEntries(call: Call): Promise<void> {
  await call('createOrganization', '/organizations', { body: { slug: 'initech', name: 'Initech' } })
  await call('createOrganization: taken', '/organizations', { body: { slug: 'acme', name: 'Acme' } })
  await call('createOrganization: mistakes', '/organizations', { body: { slug: 'A B', colour: 'red' } })
  await call('listOrganizations', '/organizations?limit=2')
  await call('getOrganization', '/organizations/initech')
  await call('updateOrganization', '/organizations/initech', { body: { name: 'Initech Inc' } })
  await call('putConnection', `${ACME}/connections/partner`, { body: OIDC })
  await call('putConnection: a reserved name', `${ACME}/connections/new`, { body: OIDC })
  await call('putConnection: again', `${ACME}/connections/partner`, { body: OIDC })
  await call('putConnection: another issuer', `${ACME}/connections/partner`, {
    body: { ...OIDC, issuer: 'https://other.example', client_secret: undefined },
  })
  await call('putConnection: mistakes', `${ACME}/connections/partner`, {
    body: { type: 'oidc', issuer: 'http://login.example', scopes: ['a b'], colour: 'red' },
  })
  await call('listConnections', `${ACME}/connections`)
  await call('getConnection', `${ACME}/connections/forge`)
  await call('createScimToken', `${ACME}/connections/forge/scim-token`)
  await call('deleteScimToken', `${ACME}/connections/forge/scim-token`)
  await call('putServer', `${ACME}/servers/files`, { body: FILES })
  await call('putServer: settings', `${ACME}/servers/files`, {
    body: {
      ...FILES,
      token_format: 'opaque',
      resource_secret: 'x'.repeat(40),
      scopes: [{ name: 'files:read', description: 'Read files' }],
    },
  })
  await call('putServer: another connection', `${ACME}/servers/second`, {
    body: { name: 'Acme Partner MCP', resource: 'https://partners.acme.example/mcp', connection: 'people' },
  })
  await call('putServer: mistakes', `${ACME}/servers/files`, {
    body: { ...FILES, connection: 'none', scopes: [{ name: 'a b' }], access_token_lifetime: 1 },
  })
  await call('putServer: taken', `${ACME}/servers/third`, { body: FILES })
  await call('listServers', `${ACME}/servers?limit=2`)
  await call('getServer', `${ACME}/servers/first`)
  await call('getServer: absent', `${ACME}/servers/nothing`)
  const client = { redirect_uris: ['https://ci.acme.example/cb'], token_endpoint_auth_method: 'none' }
  await call('putClient', `${ACME}/servers/files/clients/ci`, { body: client })
  await call('putClient: mistakes', `${ACME}/servers/files/clients/ci`, {
    body: { redirect_uris: ['http://ci.acme.example/cb'], token_endpoint_auth_method: 'client_secret_basic' },
  })
  await call('listClients', `${ACME}/servers/first/clients`)
  await call('getClient', `${ACME}/servers/first/clients/backend`)
  await call('createRegistrationToken', `${ACME}/servers/files/registration-token`)
  await call('deleteRegistrationToken', `${ACME}/servers/files/registration-token`)
  await call('putBranding', `${ACME}/servers/files/branding`, { body: { name: 'Files', accent: '#0c5a4a' } })
  await call('putBranding: mistakes', `${ACME}/servers/files/branding`, {
    body: { name: 'Files', accent: 'red', logo: 'AAAA' },
  })
  await call('getBranding', `${ACME}/servers/files/branding`)
  await call('putOrganizationBranding', `${ACME}/branding`, { body: { corner_radius: 8 } })
  await call('getOrganizationBranding', `${ACME}/branding`)
}

/** Members, invitations, keys and setup links. */
async function recordPeople(call: Call): Promise<void> {
  await call('listMembers', `${ACME}/members`)
  await call('updateMember', `${ACME}/members/nobody`, { body: { role: 'support' } })
  await call('listMemberCredentials', `${ACME}/members/nobody/credentials`)
  await call('removeMember', `${ACME}/members/nobody`)
  const invitation = { email: 'new@acme.example', role: 'auditor' }
  const { id: invited } = json(await call('createInvitation', `${ACME}/invitations`, { body: invitation }))
  await call('createInvitation: again', `${ACME}/invitations`, { body: invitation })
  await call('createInvitation: mistakes', `${ACME}/invitations`, { body: { email: 'x', role: 'king' } })
  await call('listInvitations', `${ACME}/invitations`)
  await call('withdrawInvitation', `${ACME}/invitations/${invited}`)
  const key = { name: 'terraform', role: 'auditor', expires_at: '2099-01-01T00:00:00Z' }
  const { id } = json(await call('createApiKey', `${ACME}/keys`, { body: key }))
  await call('createApiKey: mistakes', `${ACME}/keys`, {
    body: { name: '', role: 'admin', expires_at: '2020-01-01T00:00:00Z' },
  })
  await call('listApiKeys', `${ACME}/keys`)
  await call('revokeApiKey', `${ACME}/keys/${id}`)
  const made = json(
    await call('createInstallationApiKey', '/keys', { body: { name: 'root', role: 'owner' } }),
  )
  await call('listInstallationApiKeys', '/keys')
  await call('revokeInstallationApiKey', `/keys/${made.id}`)
  const link = json(
    await call('createSetupLink', `${ACME}/setup-links`, { body: { label: 'Jane', connection: 'partner' } }),
  )
  await call('createSetupLink: for a new connection', `${ACME}/setup-links`, {
    body: { label: 'Joe', new_connection: 'Partner Login' },
  })
  await call('createSetupLink: for too long', `${ACME}/setup-links`, {
    body: { label: 'Joe', connection: 'partner', expires_at: '2099-01-01T00:00:00Z' },
  })
  await call('listSetupLinks', `${ACME}/setup-links`)
  await call('revokeSetupLink', `${ACME}/setup-links/${link.id}`)
}

async function recordWebhooks(call: Call): Promise<void> {
  const { id } = json(
    await call('createWebhook', `${ACME}/webhooks`, {
      body: { url: 'https://receiver.invalid/hook', actions: ['grant.'] },
    }),
  )
  await call('createWebhook: mistakes', `${ACME}/webhooks`, {
    body: { url: 'http://10.0.0.1/hook', actions: ['GRANT'] },
  })
  const one = `${ACME}/webhooks/${id}`
  await call('updateWebhook', one, { body: { enabled: false } })
  await call('getWebhook', one)
  await call('listWebhooks', `${ACME}/webhooks`)
  await call('rotateWebhookSecret', `${one}/secret`)
  const sent = json(await call('testWebhook', `${one}/test`))
  await call('listWebhookDeliveries', `${one}/deliveries`)
  await call('redeliverToWebhook', `${one}/deliveries/${sent.id}/redelivery`)
  await call('redeliverAllToWebhook', `${one}/redelivery`)
  await call('deleteWebhook', one)
}

/** The results of the logins before: logins, grants, and blocked clients and users. */
async function recordAccess(call: Call): Promise<void> {
  const logins = await call('listLogins', `${ACME}/logins?limit=100`)
  const [{ reference }] = items(await call('listLogins: that were denied', `${ACME}/logins?outcome=denied`))
  await call('listLogins: mistakes', `${ACME}/logins?outcome=great&from=yesterday`)
  await call('getLogin', `${ACME}/logins/${reference}`)
  const failures = new Map(
    items(logins).flatMap((login) => (login.reason ? [[login.reason, login.reference]] : [])),
  )
  for (const [reason, each] of failures) await call(`getLogin: ${reason}`, `${ACME}/logins/${each}`)
  const [grant] = items(await call('listGrants', `${ACME}/grants`))
  await call('listGrants: that are revoked', `${ACME}/grants?state=revoked`)
  const { id, client, user } = grant
  await call('getGrant', `${ACME}/grants/${id}`)
  await call('listWaitingClients', `${ACME}/waiting-clients`)
  await call('allowClient', `${ACME}/allowed-clients/${client.id}`)
  await call('blockClient', `${ACME}/blocked-clients/${client.id}`)
  await call('blockUser', `${ACME}/blocked-users/${user.id}`)
  await call('getGrant: that is blocked', `${ACME}/grants/${id}`)
  await call('unblockClient', `${ACME}/blocked-clients/${client.id}`)
  await call('unblockUser', `${ACME}/blocked-users/${user.id}`)
  await call('revokeGrant', `${ACME}/grants/${id}`)
  await call('tryAccessRules', `${ACME}/servers/files/access-trial`, {
    body: { access: { default: 'allow' } },
  })
  await call('examineServer', `${ACME}/servers/files/examination`)
}

/** What a key may not do, and what cannot be read. */
async function recordRefusals(call: Call): Promise<void> {
  const body = { name: 'reader', role: 'auditor' }
  const { key = '' } = json(await call('createApiKey: for a reader', `${ACME}/keys`, { body }))
  await call('listServers: by a reader', `${ACME}/servers?limit=1`, { key })
  await call('putServer: by a reader', `${ACME}/servers/files`, { key, body: FILES })
  await call('listServers: of another organization', '/organizations/globex/servers', { key })
  await call('listOrganizations: by a key of one', '/organizations', { key })
  await call('listServers: without a key', `${ACME}/servers`, { key: '' })
  await call('listServers: with a wrong key', `${ACME}/servers`, { key: 'vst_key_wrong' })
  await call('listServers: a page that is none', `${ACME}/servers?limit=0&after=x`)
  await call('putServer: no JSON', `${ACME}/servers/files`, { body: '{' })
  await call('putServer: a list', `${ACME}/servers/files`, { body: [] })
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  await call('putServer: another type', `${ACME}/servers/files`, { body: 'x=1', headers: form })
  await call('putServer: too much', `${ACME}/servers/files`, { body: 'x'.repeat(300_000) })
  await call('nothing: nowhere', '/nowhere')
  await call('nothing: a method', `${ACME}/servers/files`, {
    headers: { 'x-http-method-override': 'DELETE' },
  })
  const once = { body: { name: 'once', role: 'auditor' }, headers: { 'idempotency-key': 'one' } }
  await call('createApiKey: once', `${ACME}/keys`, once)
  await call('createApiKey: once again', `${ACME}/keys`, once)
  await call('createApiKey: another thing', `${ACME}/keys`, {
    ...once,
    body: { name: 'twice', role: 'auditor' },
  })
}

async function recordDeletions(call: Call): Promise<void> {
  await call('deleteConnection: in use', `${ACME}/connections/partner`)
  await call('deleteServer', `${ACME}/servers/files`)
  await call('deleteConnection', `${ACME}/connections/partner`)
  await call('putServer: that was deleted', `${ACME}/servers/files`, {
    body: { ...FILES, connection: 'main' },
  })
}
