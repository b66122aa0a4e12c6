/** What the command line can ask the management API for. Help and completion are made of this, too. */

import {
  ADDRESS,
  type ApiCommand,
  AUDIT_COLUMNS,
  AUDIT_FILTERS,
  EMAIL,
  EXPIRES,
  NAME,
  of,
  option,
  ROLE,
} from './api-options'
import { STANDING_COMMANDS } from './api-standing-commands'

const organization = '/organizations/{organization}'
const connection = `${organization}/connections/{connection}`
const person = `${connection}/people/{person}`
const server = `${organization}/servers/{server}`
const client = `${server}/clients/{client}`
const member = `${organization}/members/{member}`
const invitation = `${organization}/invitations/{invitation}`
const login = `${organization}/logins/{reference}`
const grant = `${organization}/grants/{grant}`

const webhook = `${organization}/webhooks/{webhook}`
const deliveries = `${webhook}/deliveries`

const parent = (path: string) => path.slice(0, path.lastIndexOf('/'))

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
    ...of(
      'organizations',
      'delete',
      'DELETE',
      organization,
      'deletes one with everything that it has, for good',
    ),
    takes: [option('--dry-run', 'nothing is deleted, only counted', '--dry-run', 'dry_run')],
  },
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
    ...of(
      'connection-tests',
      'list',
      'GET',
      `${connection}/tests`,
      'lists the last test logins of a connection',
    ),
    columns: ['id', 'created_at', 'outcome', 'operator'],
  },
  of('connection-tests', 'get', 'GET', `${connection}/tests/{test}`, 'shows one, with every step'),
  of(
    'connection-tests',
    'run',
    'POST',
    `${connection}/tests`,
    'tests a connection as far as that needs no browser',
  ),
  {
    ...of('people', 'list', 'GET', parent(person), 'lists the accounts at a platform connection'),
    columns: ['id', 'address', 'name', 'has_password', 'grants'],
  },
  of('people', 'get', 'GET', person, 'shows one'),
  {
    ...of(
      'people',
      'create',
      'POST',
      parent(person),
      'adds one, and shows the link to choose a password, once',
    ),
    takes: [option('--name <name>', 'their name', '--name Alice', 'name'), ADDRESS],
  },
  of('people', 'link', 'POST', `${person}/link`, 'makes a new link to choose a password'),
  of('people', 'remove', 'DELETE', person, 'removes one, and ends what they connected'),
  {
    ...of('setup-links', 'list', 'GET', `${organization}/setup-links`, 'lists those of an organization'),
    columns: ['id', 'label', 'connection_name', 'state', 'expires_at', 'last_used_at'],
  },
  of('setup-links', 'get', 'GET', `${organization}/setup-links/{setup_link}`, 'shows one'),
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
    ...of(
      'servers',
      'try-access',
      'POST',
      `${server}/access-trial`,
      'says whom access rules would have refused in the last 30 days',
    ),
    takesFile: true,
  },
  of(
    'servers',
    'examine',
    'POST',
    `${server}/examination`,
    'has the doctor examine one, as its clients see it',
  ),
  of(
    'servers',
    'registration-token',
    'POST',
    `${server}/registration-token`,
    'makes the token that clients register with',
  ),
  of('servers', 'no-registration-token', 'DELETE', `${server}/registration-token`, 'ends that token'),
  {
    ...of('signing-keys', 'list', 'GET', `${server}/signing-keys`, 'lists the keys that sign access tokens'),
    columns: ['kid', 'state', 'signs_from', 'published_until'],
  },
  {
    ...of('signing-keys', 'rotate', 'POST', `${server}/signing-keys`, 'makes a new one'),
    takes: [
      {
        ...option(
          '--emergency',
          'a key may be stolen: all others are withdrawn with their tokens',
          '--emergency',
          'emergency',
        ),
        otherwise: false,
      },
    ],
  },
  {
    ...of('clients', 'list', 'GET', parent(client), 'lists the pre-registered clients of a server'),
    columns: ['client_id', 'name', 'token_endpoint_auth_method'],
  },
  of('clients', 'get', 'GET', client, 'shows one'),
  { ...of('clients', 'put', 'PUT', client, 'creates or replaces one'), takesFile: true },
  of('clients', 'delete', 'DELETE', client, 'deletes one with all its grants and tokens, for good'),
  of('organization-branding', 'get', 'GET', `${organization}/branding`, 'shows how all servers look'),
  {
    ...of('organization-branding', 'put', 'PUT', `${organization}/branding`, 'replaces how they look'),
    takesFile: true,
  },
  of('branding', 'get', 'GET', `${server}/branding`, 'shows how a server looks'),
  {
    ...of('branding', 'put', 'PUT', `${server}/branding`, 'replaces how it looks'),
    takesFile: true,
  },
  {
    ...of('members', 'list', 'GET', parent(member), 'lists those of an organization'),
    columns: ['id', 'email', 'role', 'has_two_factor', 'since'],
  },
  of('members', 'get', 'GET', member, 'shows one'),
  of('members', 'credentials', 'GET', `${member}/credentials`, 'shows what would end with one'),
  { ...of('members', 'set-role', 'PATCH', member, 'gives one another role'), takes: [ROLE] },
  of('members', 'remove', 'DELETE', member, 'takes one out at once, by their id'),
  {
    ...of('invitations', 'list', 'GET', parent(invitation), 'lists those that are open'),
    columns: ['id', 'email', 'role', 'expires_at', 'created_by'],
  },
  of('invitations', 'get', 'GET', invitation, 'shows one that is open'),
  {
    ...of('invitations', 'create', 'POST', parent(invitation), 'invites somebody'),
    takes: [EMAIL, ROLE],
  },
  of('invitations', 'withdraw', 'DELETE', invitation, 'takes one back, by its id'),
  {
    ...of('api-keys', 'list', 'GET', `${organization}/keys`, 'lists those of an organization'),
    columns: ['id', 'name', 'role', 'created_at', 'expires_at', 'last_used_at'],
  },
  of('api-keys', 'get', 'GET', `${organization}/keys/{key}`, 'shows one, without the key itself'),
  {
    ...of('api-keys', 'create', 'POST', `${organization}/keys`, 'makes one, and shows it, once'),
    takes: [NAME, ROLE, EXPIRES],
  },
  of('api-keys', 'revoke', 'DELETE', `${organization}/keys/{key}`, 'ends one at once, by its id'),
  {
    ...of('audit', 'list', 'GET', `${organization}/audit-log`, 'lists what was done in an organization'),
    takes: AUDIT_FILTERS,
    columns: AUDIT_COLUMNS,
  },
  of('audit', 'check', 'GET', `${organization}/audit-log/verification`, 'checks the hashes of all entries'),
  {
    ...of('installation-audit', 'list', 'GET', '/audit-log', 'lists what was done above all organizations'),
    takes: AUDIT_FILTERS,
    columns: AUDIT_COLUMNS,
  },
  of('installation-audit', 'check', 'GET', '/audit-log/verification', 'checks the hashes of all entries'),
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
  {
    ...of('grants', 'revoke-all', 'DELETE', parent(grant), 'ends all of one server, client or user'),
    takes: [
      option('--server <server>', 'its slug', '--server mcp', 'server'),
      option('--client <id>', 'its id, as grants have it', '', 'client'),
      option('--user <id>', 'their id, as grants have it', '', 'user'),
    ],
  },
  ...STANDING_COMMANDS,
]

/** What it is called with, in their order: `['organization', 'server']`. */
export function operandsOf({ path, noun, verb }: ApiCommand): readonly string[] {
  if (noun === 'organizations' && verb === 'create') return ['slug']
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '')
}
