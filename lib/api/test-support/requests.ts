import { randomBytes } from 'node:crypto'
import type { Json } from '@/lib/configuration/schema/wire'

export const CONNECTION = {
  type: 'oidc',
  issuer: 'https://login.example',
  client_id: 'v',
  token_endpoint_auth_method: 'none',
}

export const WEBHOOK = { url: 'https://receiver.example/hook', actions: ['grant.'] }

/** What to send, by operation: one that is not here fails the matrix. */
export const REQUESTS: Readonly<
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
  tryAccessRules: {
    path: '/organizations/acme/servers/main/access-trial',
    body: { access: { default: 'deny' } },
    status: 200,
  },
  examineServer: { path: '/organizations/acme/servers/nowhere/examination', status: 200 },
}
