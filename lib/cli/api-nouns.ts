/** What the help says of them. */
export const NOUNS = {
  organizations: 'the customers, each with what is its own',
  connections: "an organization's identity providers",
  'connection-tests': 'tests of a connection',
  people: 'the accounts at a platform connection',
  'setup-links': 'links with which a customer enters a connection without an account',
  servers: "an organization's MCP servers",
  'signing-keys': "the keys that sign a server's access tokens",
  clients: "a server's pre-registered clients",
  branding: 'how the pages of a server look, where they differ from its organization',
  'organization-branding': 'how the pages of all servers of an organization look',
  members: "an organization's operators",
  invitations: 'invitations to become a member',
  'api-keys': "an organization's keys to the management API; with --installation see installation-keys",
  audit: 'what was done in an organization',
  'installation-audit': 'what was done above all organizations',
  webhooks: 'where the audit log is sent to',
  logins: 'the logins of an organization',
  grants: 'which users have connected which clients',
  'waiting-clients': 'clients that wait to be allowed at a server',
  'blocked-clients': 'clients that are kept out',
  'blocked-users': 'users that are kept out',
  users: 'what is kept about users, and other logins that lead to one',
  'retention-times': 'for how many days an organization keeps what is past',
} as const

/** What the commands of the API are about. */
export type Noun = keyof typeof NOUNS
