/**
 * The addresses of the pages for operators and for holders of links, as paths under `PUBLIC_URL`. Nothing else writes
 * them: `scripts/check-sources.mjs` looks.
 */

type Query = Readonly<Record<string, string | number | undefined>>

function withQuery(path: string, query: Query = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path
}

/** A page at a fixed address. */
const fixed = (path: string) => (query?: Query) => withQuery(path, query)

/** A page of an organization, by the organization's slug. */
const page = (part: string) => (organization: string, query?: Query) =>
  withQuery(`/console/${organization}${part}`, query)

/** A page about one thing of an organization, by its slug or id. */
const item =
  (part: string, tab = '') =>
  (organization: string, id: string, query?: Query) =>
    withQuery(`/console/${organization}${part}/${encodeURIComponent(id)}${tab}`, query)

export const routes = {
  home: fixed('/console'),
  account: fixed('/console/account'),
  forbidden: fixed('/console/forbidden'),
  auditKeys: fixed('/api/v1/audit-keys.json'),
  firstOperator: fixed('/console/setup'),
  invitation: (token: string) => `/console/invitations/${token}`,
  operators: fixed('/console/operators'),
  operatorLink: (token: string) => `/console/operators/link/${token}`,
  organizations: fixed('/console/organizations'),
  providerCallback: (provider: string) => `/console/sign-in/callback/${provider}`,
  providerSignIn: (provider: string) => `/console/sign-in/with/${provider}`,
  search: fixed('/console/search'),
  secondFactor: fixed('/console/second-factor'),
  signIn: fixed('/console/sign-in'),

  organization: page(''),
  grants: page('/access'),
  grant: item('/access/grants'),
  clients: page('/access/clients'),
  client: item('/access/clients'),
  users: page('/access/users'),
  user: item('/access/users'),
  userData: item('/access/users', '/data'),
  auditLog: page('/audit'),
  auditExport: page('/audit/export'),
  retention: page('/audit/retention'),
  connections: page('/connections'),
  newConnection: page('/connections/new'),
  connection: item('/connections'),
  connectionDeletion: item('/connections', '/delete'),
  connectionPeople: item('/connections', '/people'),
  keys: page('/keys'),
  logins: page('/logins'),
  login: item('/logins'),
  loginTail: page('/logins/tail'),
  members: page('/members'),
  memberRemoval: item('/members'),
  servers: page('/servers'),
  newServer: page('/servers/new'),
  server: item('/servers'),
  serverAccess: item('/servers', '/access'),
  serverBranding: item('/servers', '/branding'),
  serverClients: item('/servers', '/clients'),
  serverDoctor: item('/servers', '/doctor'),
  serverNextSteps: item('/servers', '/next-steps'),
  serverProgress: item('/servers', '/next-steps/progress'),
  serverScopes: item('/servers', '/scopes'),
  serverSettings: item('/servers', '/settings'),
  serverTokens: item('/servers', '/tokens'),
  setupLinks: page('/setup-links'),
  branding: page('/branding'),
  webhooks: page('/webhooks'),
  webhook: item('/webhooks'),

  /** What a setup link opens. */
  setup: (token: string, query?: Query) => withQuery(`/setup/connection/${token}`, query),
  setupFinished: fixed('/setup/connection/finished'),
  /** What a link to choose a password opens: `link` is its token. */
  password: fixed('/setup/password'),
  passwordDone: fixed('/setup/password/done'),
}
