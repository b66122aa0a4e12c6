import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { PERMISSIONS, permissionsOf, ROLES } from '@/lib/access'
import type { Json } from '@/lib/configuration/schema/wire'
import { beginConnectionTest } from '@/lib/connections/run-test'
import { people } from '@/lib/members/test-support/people'
import { connect, connectedServices } from '@/lib/test-support/connected'
import { ROUTES } from './routes/all'
import type { Route } from './routing'
import { testApi } from './test-support/api'

const { apply, call, management, newKey, rows, scope, store } = testApi(connectedServices)
const { server } = connectedServices(store)

const CONNECTION = {
  type: 'oidc',
  issuer: 'https://login.example',
  client_id: 'v',
  token_endpoint_auth_method: 'none',
}

const WEBHOOK = { url: 'https://receiver.example/hook', actions: ['grant.'] }

/** What to send, by operation: one that is not here fails below. */
const REQUESTS: Readonly<
  Record<string, { readonly path: string; readonly body?: Json; readonly status: number }>
> = {
  listOrganizations: { path: '/organizations', status: 200 },
  createOrganization: { path: '/organizations', body: { slug: 'new', name: 'New' }, status: 201 },
  getOrganization: { path: '/organizations/acme', status: 200 },
  updateOrganization: { path: '/organizations/acme', body: { name: 'Acme' }, status: 200 },
  deleteOrganization: { path: '/organizations/{doomed}', status: 200 },
  listConnections: { path: '/organizations/acme/connections', status: 200 },
  getConnection: { path: '/organizations/acme/connections/okta', status: 200 },
  listConnectionTests: { path: '/organizations/acme/connections/okta/tests', status: 200 },
  tryConnection: { path: '/organizations/acme/connections/okta/tests', status: 200 },
  getConnectionTest: { path: '/organizations/acme/connections/okta/tests/{test}', status: 200 },
  listPeople: { path: '/organizations/acme/connections/accounts/people', status: 200 },
  createPerson: {
    path: '/organizations/acme/connections/accounts/people',
    get body() {
      return { address: `new-${randomBytes(4).toString('hex')}@acme.example` }
    },
    status: 201,
  },
  getPerson: { path: '/organizations/acme/connections/accounts/people/{person}', status: 200 },
  renewPasswordLink: { path: '/organizations/acme/connections/accounts/people/{person}/link', status: 200 },
  removePerson: { path: '/organizations/acme/connections/accounts/people/{person}', status: 200 },
  putConnection: { path: '/organizations/acme/connections/new', body: CONNECTION, status: 201 },
  createScimToken: { path: '/organizations/acme/connections/okta/scim-token', status: 201 },
  deleteScimToken: { path: '/organizations/acme/connections/okta/scim-token', status: 204 },
  deleteConnection: { path: '/organizations/acme/connections/spare', status: 204 },
  listSetupLinks: { path: '/organizations/acme/setup-links', status: 200 },
  createSetupLink: {
    path: '/organizations/acme/setup-links',
    body: { label: 'Jane', connection: 'okta' },
    status: 201,
  },
  getSetupLink: { path: '/organizations/acme/setup-links/{setup_link}', status: 200 },
  revokeSetupLink: { path: '/organizations/acme/setup-links/{setup_link}', status: 204 },
  listServers: { path: '/organizations/acme/servers', status: 200 },
  getServer: { path: '/organizations/acme/servers/second', status: 200 },
  putServer: {
    path: '/organizations/acme/servers/new',
    body: { name: 'New', resource: 'https://new.example/mcp', connection: 'okta' },
    status: 201,
  },
  deleteServer: { path: '/organizations/acme/servers/{spare}', status: 204 },
  listSigningKeys: { path: '/organizations/acme/servers/main/signing-keys', status: 200 },
  rotateSigningKey: { path: '/organizations/acme/servers/main/signing-keys', body: {}, status: 200 },
  listClients: { path: '/organizations/acme/servers/main/clients', status: 200 },
  getClient: { path: '/organizations/acme/servers/main/clients/ci', status: 200 },
  putClient: {
    path: '/organizations/acme/servers/main/clients/new',
    body: { redirect_uris: ['https://a.example/cb'], token_endpoint_auth_method: 'none' },
    status: 201,
  },
  deleteClient: { path: '/organizations/acme/servers/main/clients/gone', status: 200 },
  listApiKeys: { path: '/organizations/acme/keys', status: 200 },
  createApiKey: { path: '/organizations/acme/keys', body: { name: 'new', role: 'auditor' }, status: 201 },
  getApiKey: { path: '/organizations/acme/keys/{key}', status: 200 },
  revokeApiKey: { path: '/organizations/acme/keys/{key}', status: 204 },
  listInstallationApiKeys: { path: '/keys', status: 200 },
  createInstallationApiKey: { path: '/keys', body: { name: 'new', role: 'auditor' }, status: 201 },
  getInstallationApiKey: { path: '/keys/{key}', status: 200 },
  revokeInstallationApiKey: { path: '/keys/{key}', status: 204 },
  listMembers: { path: '/organizations/acme/members', status: 200 },
  getMember: { path: '/organizations/acme/members/{member}', status: 200 },
  updateMember: { path: '/organizations/acme/members/{member}', body: { role: 'support' }, status: 200 },
  listMemberCredentials: { path: '/organizations/acme/members/{member}/credentials', status: 200 },
  removeMember: { path: '/organizations/acme/members/{member}', status: 204 },
  listInvitations: { path: '/organizations/acme/invitations', status: 200 },
  createInvitation: {
    path: '/organizations/acme/invitations',
    get body() {
      return { email: `new-${randomBytes(4).toString('hex')}@acme.example`, role: 'auditor' }
    },
    status: 201,
  },
  getInvitation: { path: '/organizations/acme/invitations/{invitation}', status: 200 },
  withdrawInvitation: { path: '/organizations/acme/invitations/{invitation}', status: 204 },
  getBranding: { path: '/organizations/acme/servers/main/branding', status: 200 },
  putBranding: {
    path: '/organizations/acme/servers/main/branding',
    body: { name: 'Acme', accent: '#0c5a4a' },
    status: 200,
  },
  listOperators: { path: '/operators', status: 200 },
  inviteOperator: {
    path: '/operators',
    get body() {
      return { email: `new-${randomBytes(4).toString('hex')}@acme.example` }
    },
    status: 201,
  },
  getOperator: { path: '/operators/{operator}', status: 200 },
  updateOperator: { path: '/operators/{operator}', body: { change: 'promote' }, status: 200 },
  resetOperator: { path: '/operators/{operator}/reset', status: 200 },
  verifyAuditLog: { path: '/organizations/acme/audit-log/verification', status: 200 },
  listInstallationAuditLog: { path: '/audit-log', status: 200 },
  verifyInstallationAuditLog: { path: '/audit-log/verification', status: 200 },
  listAuditLog: { path: '/organizations/acme/audit-log', status: 200 },
  listWebhooks: { path: '/organizations/acme/webhooks', status: 200 },
  createWebhook: { path: '/organizations/acme/webhooks', body: WEBHOOK, status: 201 },
  getWebhook: { path: '/organizations/acme/webhooks/{webhook}', status: 200 },
  updateWebhook: { path: '/organizations/acme/webhooks/{webhook}', body: { enabled: false }, status: 200 },
  deleteWebhook: { path: '/organizations/acme/webhooks/{webhook}', status: 204 },
  rotateWebhookSecret: { path: '/organizations/acme/webhooks/{webhook}/secret', status: 200 },
  listWebhookDeliveries: { path: '/organizations/acme/webhooks/{webhook}/deliveries', status: 200 },
  testWebhook: { path: '/organizations/acme/webhooks/{webhook}/test', status: 200 },
  redeliverToWebhook: {
    path: '/organizations/acme/webhooks/{webhook}/deliveries/{delivery}/redelivery',
    status: 200,
  },
  redeliverAllToWebhook: { path: '/organizations/acme/webhooks/{webhook}/redelivery', status: 200 },
  listLogins: { path: '/organizations/acme/logins', status: 200 },
  getLogin: { path: '/organizations/acme/logins/{reference}', status: 200 },
  listGrants: { path: '/organizations/acme/grants', status: 200 },
  getGrant: { path: '/organizations/acme/grants/{grant}', status: 200 },
  revokeGrants: { path: '/organizations/acme/grants?client={client}', status: 200 },
  revokeGrant: { path: '/organizations/acme/grants/{grant}', status: 200 },
  getBlockedClient: { path: '/organizations/acme/blocked-clients/{client}', status: 200 },
  getBlockedUser: { path: '/organizations/acme/blocked-users/{user}', status: 200 },
  blockClient: { path: '/organizations/acme/blocked-clients/{client}', status: 204 },
  unblockClient: { path: '/organizations/acme/blocked-clients/{client}', status: 204 },
  blockUser: { path: '/organizations/acme/blocked-users/{user}', status: 204 },
  unblockUser: { path: '/organizations/acme/blocked-users/{user}', status: 204 },
  examineServer: { path: '/organizations/acme/servers/nowhere/examination', status: 200 },
}

/** A server none of whose hosts exist: there is nothing to examine. */
async function putServerNowhere(owner: string) {
  const put = async (path: string, body: Json) =>
    expect((await call('PUT', `/organizations/acme/${path}`, { key: owner, body })).status).toBeLessThan(300)
  await put('connections/nowhere', { ...CONNECTION, issuer: 'https://login.invalid' })
  const body = { name: 'Nowhere', resource: 'https://mcp.invalid/mcp', connection: 'nowhere' }
  await put('servers/nowhere', body)
}

function requestOf({ operationId }: Route) {
  const request = REQUESTS[operationId]
  if (!request) throw new Error(`${operationId} has no row in this test: add one`)
  return request
}

/** A webhook that is the only one, with a delivery. */
async function putWebhook(owner: string) {
  const webhooks = '/organizations/acme/webhooks'
  for (const { id } of (await call('GET', webhooks, { key: owner })).body.items)
    await call('DELETE', `${webhooks}/${id}`, { key: owner })
  const made = await call('POST', webhooks, { key: owner, body: WEBHOOK })
  const sent = await call('POST', `${webhooks}/${made.body.id}/test`, { key: owner })
  return { webhook: made.body.id, delivery: sent.body.id }
}

/** The operation's path, with something that it can be about. */
async function prepared(route: Route, owner: string): Promise<string> {
  const { path } = requestOf(route)
  if (route.operationId === 'examineServer') await putServerNowhere(owner)
  if (path.includes('{key}')) {
    const list = path.replace('/{key}', '')
    const made = await call('POST', list, { key: owner, body: { name: 'victim', role: 'auditor' } })
    return path.replace('{key}', made.body.id)
  }
  if (path.includes('{spare}')) {
    // Its slug is never free again.
    const place = path.replace('{spare}', `spare-${randomBytes(4).toString('hex')}`)
    const body = { name: 'Spare', resource: 'https://spare.example/mcp', connection: 'okta' }
    await call('PUT', place, { key: owner, body })
    return place
  }
  if (route.operationId === 'deleteClient') {
    const body = { redirect_uris: ['https://a.example/cb'], token_endpoint_auth_method: 'none' }
    await call('PUT', path, { key: owner, body })
  }
  if (route.operationId === 'deleteConnection') {
    const sent = { key: owner, body: CONNECTION }
    await call('PUT', path, sent)
  }
  if (path.includes('/people')) return withPerson(path, owner)
  if (path.includes('{test}')) {
    const olive = {
      ...(await scope('acme')),
      actor: { kind: 'operator', id: 'olive', name: 'Olive' },
    } as const
    return path.replace('{test}', (await beginConnectionTest(olive, 'okta', management())).id)
  }
  if (path.includes('{doomed}')) {
    const slug = `doomed-${randomBytes(4).toString('hex')}`
    await call('POST', '/organizations', { key: owner, body: { slug, name: slug } })
    return path.replace('{doomed}', slug)
  }
  if (path.includes('{operator}')) {
    const { id } = await people(store).member(`operator-${randomBytes(4).toString('hex')}`, 'auditor')
    return path.replace('{operator}', id)
  }
  if (path.includes('{member}')) {
    const { id } = await people(store).member(`member-${randomBytes(4).toString('hex')}`, 'auditor')
    return path.replace('{member}', id)
  }
  if (path.includes('{invitation}')) {
    const body = { email: `${randomBytes(4).toString('hex')}@acme.example`, role: 'auditor' }
    const made = await call('POST', '/organizations/acme/invitations', { key: owner, body })
    return path.replace('{invitation}', made.body.id)
  }
  if (path.includes('{setup_link}')) {
    const body = { label: 'Jane', new_connection: 'Login' }
    const made = await call('POST', '/organizations/acme/setup-links', { key: owner, body })
    return path.replace('{setup_link}', made.body.id)
  }
  if (!path.includes('{')) return path
  if (path.includes('{webhook}')) return filled(path, await putWebhook(owner))
  const { request, grant, client } = await connect(store(), await server('main'))
  const ids = { reference: request.reference, grant: grant.id, client: client.id, user: grant.userId }
  if (route.operationId.startsWith('getBlocked')) await call('PUT', filled(path, ids), { key: owner })
  return filled(path, ids)
}

/** The path of a person at a platform connection. */
async function withPerson(path: string, owner: string): Promise<string> {
  const connection = '/organizations/acme/connections/accounts'
  await call('PUT', connection, { key: owner, body: { type: 'platform', name: 'Accounts' } })
  if (!path.includes('{person}')) return path
  const body = { address: `${randomBytes(4).toString('hex')}@acme.example` }
  const made = await call('POST', `${connection}/people`, { key: owner, body })
  return path.replace('{person}', made.body.id)
}

const filled = (path: string, ids: Readonly<Record<string, string | undefined>>) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '')

describe.each(ROUTES.map((route) => [route.operationId, route] as const))('%s', (_, route) => {
  const send = (path: string, key?: string) => {
    const { body } = requestOf(route)
    return call(route.method, path, { ...(key !== undefined && { key }), ...(body && { body }) })
  }

  it('serves the roles that have its permission, and no other', async () => {
    expect(PERMISSIONS).toContain(route.permission)
    for (const role of ROLES) {
      await apply()
      const owner = await newKey(route.of === 'installation' ? null : 'acme')
      const path = await prepared(route, owner)
      const unique = path.replace(/new$/, `new-${role}`)
      const key = await newKey(route.of === 'installation' ? null : 'acme', role)
      const { status, body } = await send(unique, key)
      if (permissionsOf(role).includes(route.permission))
        expect([role, status]).toEqual([role, requestOf(route).status])
      else {
        expect([role, status]).toEqual([role, 403])
        expect(body).toMatchObject({ permission: route.permission })
      }
    }
  })

  it('is closed to another organization, and without a key', async () => {
    await apply()
    const path = await prepared(route, await newKey(route.of === 'installation' ? null : 'acme'))
    const before = await rows()
    const stranger = await send(path, await newKey('globex'))
    expect(stranger.status).toBe(route.of === 'installation' ? 403 : 404)
    for (const key of [undefined, 'vst_key_', `vst_key_${'A'.repeat(43)}`, 'nonsense']) {
      const { status, headers } = await send(path, key)
      expect(status).toBe(401)
      expect(headers.get('www-authenticate')).toMatch(/^Bearer /)
    }
    expect(await rows()).toEqual(before)
  })

  it('answers the same for what exists elsewhere and what does not', async () => {
    if (route.of === 'installation') return
    await apply()
    const key = await newKey('globex')
    const path = await prepared(route, await newKey('acme'))
    const existing = await send(path, key)
    const missing = await send(path.replace('/acme', '/nobody'), key)
    expect([missing.status, missing.body]).toEqual([existing.status, existing.body])
  })
})
