/** What the command line can ask the management API for. Help and completion are made of this, too. */

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

export type ApiCommand = {
  readonly noun: string
  readonly verb: string
  readonly method: Method
  /** Under `/api/v1`; its parameters are the command's operands, in their order. */
  readonly path: string
  readonly summary: string
  /** The body is read from the file that -f names. */
  readonly takesFile?: true
  /** Options that become members of the body, or parameters where there is no body. */
  readonly takes?: readonly ApiOption[]
  /** Members of the items of a list, to show as a table. */
  readonly columns?: readonly string[]
}

export type ApiOption = {
  readonly flags: string
  readonly about: string
  readonly example: string
  /** As the API calls it. */
  readonly member: string
  readonly required?: true
}

const NAME = {
  flags: '--name <name>',
  about: 'its name',
  example: '--name Acme',
  member: 'name',
  required: true,
} as const
const ROLE = {
  flags: '--role <role>',
  about: 'owner, admin, support or auditor',
  example: '--role admin',
  member: 'role',
  required: true,
} as const
const EMAIL = {
  flags: '--email <address>',
  about: 'whom to invite',
  example: '--email alice@acme.example',
  member: 'email',
  required: true,
} as const
const EXPIRES = {
  flags: '--expires <time>',
  about: 'when it ends; otherwise never',
  example: '--expires 2027-01-31T00:00:00Z',
  member: 'expires_at',
} as const

const organization = '/organizations/{organization}'
const connection = `${organization}/connections/{connection}`
const server = `${organization}/servers/{server}`
const client = `${server}/clients/{client}`
const member = `${organization}/members/{member}`
const invitation = `${organization}/invitations/{invitation}`
const login = `${organization}/logins/{reference}`
const grant = `${organization}/grants/{grant}`

const webhook = `${organization}/webhooks/{webhook}`
const deliveries = `${webhook}/deliveries`

const parent = (path: string) => path.slice(0, path.lastIndexOf('/'))

/** What the help says of them. */
export const NOUNS: Readonly<Record<string, string>> = {
  organizations: 'the customers, each with what is its own',
  connections: "an organization's identity providers",
  'setup-links': 'links with which a customer enters a connection without an account',
  servers: "an organization's MCP servers",
  clients: "a server's pre-registered clients",
  branding: 'how the pages of a server look',
  members: "an organization's operators",
  invitations: 'invitations to become a member',
  'api-keys': "an organization's keys to the management API; with --installation see installation-keys",
  audit: 'what was done in an organization',
  webhooks: 'where the audit log is sent to',
  logins: 'the logins of an organization',
  grants: 'which users have connected which clients',
}

export const API_COMMANDS: readonly ApiCommand[] = [
  {
    ...of('organizations', 'list', 'GET', '/organizations', 'lists all organizations'),
    columns: ['slug', 'name', 'created_at'],
  },
  of('organizations', 'get', 'GET', organization, 'shows one'),
  {
    ...of('organizations', 'create', 'POST', '/organizations', 'creates one, by its slug'),
    takes: [NAME],
  },
  { ...of('organizations', 'rename', 'PATCH', organization, 'gives one another name'), takes: [NAME] },
  {
    ...of('connections', 'list', 'GET', parent(connection), 'lists those of an organization'),
    columns: ['slug', 'name', 'type', 'callback_url'],
  },
  of('connections', 'get', 'GET', connection, 'shows one'),
  {
    ...of('connections', 'put', 'PUT', connection, 'creates or replaces one'),
    takesFile: true,
  },
  of(
    'connections',
    'scim-token',
    'POST',
    `${connection}/scim-token`,
    'makes the token that its identity provider provisions users with',
  ),
  of(
    'connections',
    'no-scim-token',
    'DELETE',
    `${connection}/scim-token`,
    'ends provisioning by its identity provider',
  ),
  of('connections', 'delete', 'DELETE', connection, 'deletes one that no server uses, for good'),
  {
    ...of('setup-links', 'list', 'GET', `${organization}/setup-links`, 'lists those of an organization'),
    columns: ['id', 'label', 'connection_name', 'state', 'expires_at', 'last_used_at'],
  },
  {
    ...of('setup-links', 'create', 'POST', `${organization}/setup-links`, 'makes one'),
    takesFile: true,
  },
  of(
    'setup-links',
    'revoke',
    'DELETE',
    `${organization}/setup-links/{setup_link}`,
    'ends one at once, by its id',
  ),
  {
    ...of('servers', 'list', 'GET', parent(server), 'lists those of an organization'),
    columns: ['slug', 'name', 'issuer', 'resource'],
  },
  of('servers', 'get', 'GET', server, 'shows one'),
  { ...of('servers', 'put', 'PUT', server, 'creates or replaces one'), takesFile: true },
  of('servers', 'delete', 'DELETE', server, 'deletes one with all its grants and tokens, for good'),
  {
    ...of('clients', 'list', 'GET', parent(client), 'lists the pre-registered clients of a server'),
    columns: ['client_id', 'name', 'token_endpoint_auth_method'],
  },
  of('clients', 'get', 'GET', client, 'shows one'),
  { ...of('clients', 'put', 'PUT', client, 'creates or replaces one'), takesFile: true },
  of('branding', 'get', 'GET', `${server}/branding`, 'shows how a server looks'),
  {
    ...of('branding', 'put', 'PUT', `${server}/branding`, 'replaces how it looks'),
    takesFile: true,
  },
  {
    ...of('members', 'list', 'GET', parent(member), 'lists those of an organization'),
    columns: ['id', 'email', 'role', 'has_two_factor', 'since'],
  },
  { ...of('members', 'set-role', 'PATCH', member, 'gives one another role'), takes: [ROLE] },
  of('members', 'remove', 'DELETE', member, 'takes one out at once, by their id'),
  {
    ...of('invitations', 'list', 'GET', parent(invitation), 'lists those that are open'),
    columns: ['id', 'email', 'role', 'expires_at', 'created_by'],
  },
  {
    ...of('invitations', 'create', 'POST', parent(invitation), 'invites somebody'),
    takes: [EMAIL, ROLE],
  },
  of('invitations', 'withdraw', 'DELETE', invitation, 'takes one back, by its id'),
  {
    ...of('api-keys', 'list', 'GET', `${organization}/keys`, 'lists those of an organization'),
    columns: ['id', 'name', 'role', 'created_at', 'expires_at', 'last_used_at'],
  },
  {
    ...of('api-keys', 'create', 'POST', `${organization}/keys`, 'makes one, and shows it, once'),
    takes: [NAME, ROLE, EXPIRES],
  },
  of('api-keys', 'revoke', 'DELETE', `${organization}/keys/{key}`, 'ends one at once, by its id'),
  {
    ...of('audit', 'list', 'GET', `${organization}/audit-log`, 'lists what was done in an organization'),
    columns: ['at', 'actor.name', 'action', 'target.name'],
  },
  {
    ...of('webhooks', 'list', 'GET', parent(webhook), 'lists where the audit log is sent to'),
    columns: ['id', 'url', 'enabled', 'failures', 'resumes_at'],
  },
  of('webhooks', 'get', 'GET', webhook, 'shows one'),
  {
    ...of('webhooks', 'create', 'POST', parent(webhook), 'makes one, and shows its secret'),
    takesFile: true,
  },
  { ...of('webhooks', 'change', 'PATCH', webhook, 'changes one'), takesFile: true },
  of('webhooks', 'delete', 'DELETE', webhook, 'removes one'),
  of('webhooks', 'rotate', 'POST', `${webhook}/secret`, 'gives one another secret, and shows it'),
  of('webhooks', 'test', 'POST', `${webhook}/test`, 'has an entry sent to one'),
  {
    ...of('webhooks', 'deliveries', 'GET', deliveries, 'lists what was sent to one, and what waits'),
    columns: ['id', 'sequence', 'action', 'state', 'attempts', 'last_status', 'last_problem'],
  },
  of('webhooks', 'redeliver', 'POST', `${deliveries}/{delivery}/redelivery`, 'has a delivery sent again'),
  of('webhooks', 'redeliver-all', 'POST', `${webhook}/redelivery`, 'has all that were given up sent again'),
  {
    ...of('logins', 'list', 'GET', parent(login), 'lists those of an organization, the newest first'),
    columns: ['reference', 'created_at', 'server', 'outcome', 'reason', 'client.name', 'user.email'],
  },
  of('logins', 'get', 'GET', login, 'shows one, with every step'),
  {
    ...of('grants', 'list', 'GET', parent(grant), 'lists who has connected which client, the newest first'),
    columns: ['id', 'created_at', 'state', 'server', 'client.name', 'user.email'],
  },
  of('grants', 'get', 'GET', grant, 'shows one'),
  of('grants', 'revoke', 'DELETE', grant, 'ends one and its tokens, by its id'),
]

function of(noun: string, verb: string, method: Method, path: string, summary: string): ApiCommand {
  return { noun, verb, method, path, summary }
}

/** What it is called with, in their order: `['organization', 'server']`. */
export function operandsOf({ path, noun, verb }: ApiCommand): readonly string[] {
  if (noun === 'organizations' && verb === 'create') return ['slug']
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
}
