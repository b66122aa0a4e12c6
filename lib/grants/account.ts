/** What an end user has connected. They are known by what their browser was at a connection, and by nothing else. */

import { NotFound, type OrganizationScope } from '@/lib/access'
import { auditEntry } from '@/lib/audit/audit'
import type { Management } from '@/lib/management/management'
import type { ScopeView } from '@/lib/oauth/consent/view'
import { endGrant, endGrantsOf } from '@/lib/oauth/flow/end-grant'
import type { BrowserSession } from '@/lib/oauth/ports/consent'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { describedScopes } from '@/lib/oauth/protocol/standard-scopes'
import { type ManagedGrant, managedGrantStore } from '@/lib/store/read/grants'
import { linkedIdentityStore } from '@/lib/store/users/linked-identities'
import { type Linkable, linkableConnections } from './linkable-connections'

/** The value of a session cookie, and the connection whose cookie it is. */
export type SessionCookie = { readonly connectionId: string; readonly value: string }

export type ConnectedClient = {
  readonly grantId: string
  readonly clientId: string
  readonly clientName: string
  readonly serverName: string
  readonly resource: string
  readonly scopes: readonly ScopeView[]
  readonly since: Date
  /** When it last got a token, as far as that is known. */
  readonly lastUse?: Date
}

/** Another login of a user. */
export type LinkedLogin = { readonly id: string; readonly name: string; readonly since?: Date }

/** A user that this browser has been. */
export type EndUserAccount = {
  readonly userId: string
  readonly organizationId: string
  /** E-mail address or name, as the identity provider says. */
  readonly name: string
  /** Of the connection they logged in at. */
  readonly connection: string
  readonly connectionId: string
  /** Other logins that lead to them, and where else they could sign in to say that it is them, too. */
  readonly linked: readonly LinkedLogin[]
  readonly linkable: readonly Linkable[]
  readonly clients: readonly ConnectedClient[]
}

/** A browser may bring along as many cookies as it likes. */
const MAX_SESSIONS = 20

/** More are not shown. */
const MAX_CLIENTS = 200

/**
 * All users that this browser has been in the last hours, with their grants.
 *
 * @throws StoreUnavailable
 */
export async function readAccounts(
  cookies: readonly SessionCookie[],
  management: Management,
): Promise<readonly EndUserAccount[]> {
  const sessions = await sessionsOf(cookies, management)
  return Promise.all(sessions.map((session) => readAccount(session, management)))
}

/**
 * Revokes a grant of a user that this browser has been.
 *
 * @throws NotFound when it is another user's, or does not exist
 * @throws StoreUnavailable
 */
export async function disconnect(
  grantId: string,
  cookies: readonly SessionCookie[],
  management: Management,
): Promise<void> {
  const { db, ports } = management
  const sessions = await sessionsOf(cookies, management)
  for (const { organizationId, userId } of sessions) {
    const grant = await managedGrantStore(db).find(organizationId, grantId)
    if (!grant || grant.userId !== userId) continue
    if (grant.revokedAt) return
    const name = grant.userEmail ?? grant.userName ?? userId
    const scope = ownScope(organizationId, userId, name)
    const done = {
      action: 'grant.revoked',
      targetKind: 'grant',
      targetId: grantId,
      targetName: `${name} at ${clientName(grant)}`,
    }
    const entries = () => [auditEntry(scope, ports.clock(), done)]
    await endGrant(grantId, 'revoked_by_user', ports, { entries })
    return
  }
  throw new NotFound('grant')
}

/**
 * Revokes all grants of the users that this browser has been, and ends their sessions here in every browser.
 *
 * @throws StoreUnavailable
 */
export async function signOutEverywhere(
  cookies: readonly SessionCookie[],
  management: Management,
): Promise<void> {
  const { ports } = management
  for (const session of await sessionsOf(cookies, management)) {
    const { organizationId, userId } = session
    const user = await ports.users.find(userId)
    const name = user?.email ?? user?.name ?? userId
    const scope = ownScope(organizationId, userId, name)
    const target = { targetKind: 'user', targetId: userId, targetName: name }
    const done = { action: 'user.grants_revoked', ...target }
    const entries = (number: number) => [auditEntry(scope, ports.clock(), { ...done, detail: { number } })]
    await endGrantsOf({ organizationId, userId }, 'revoked_by_user', ports, { entries })
    await ports.browserSessions.endAll(session)
  }
}

/** Users act for themselves alone. */
export const ownScope = (organizationId: string, id: string, name: string): OrganizationScope => ({
  organizationId,
  organization: '',
  actor: { kind: 'end_user', id, name },
  permissions: [],
  isInstallationOperator: false,
})

/** Of the cookies of a browser, those that still say who it has been. */
export async function sessionsOf(
  cookies: readonly SessionCookie[],
  { ports }: Management,
): Promise<readonly BrowserSession[]> {
  const now = ports.clock()
  const found = await Promise.all(
    cookies
      .slice(0, MAX_SESSIONS)
      .map(({ value, connectionId }) => ports.browserSessions.find(hashSecret(value), connectionId, now)),
  )
  const sessions = found.filter((session) => session !== null)
  // Two connections to one identity provider know the same user.
  return sessions.filter(
    ({ userId }, index) => sessions.findIndex((other) => other.userId === userId) === index,
  )
}

async function readAccount(
  { organizationId, connectionId, userId }: BrowserSession,
  management: Management,
): Promise<EndUserAccount> {
  const { db, ports } = management
  const page = { now: ports.clock(), limit: MAX_CLIENTS }
  const [user, connection, { rows }, linked, linkable] = await Promise.all([
    ports.users.find(userId),
    ports.connections.find(connectionId),
    managedGrantStore(db).list(organizationId, { state: 'live', userId }, page),
    linkedIdentityStore(db).list({ organizationId, userId }),
    linkableConnections(organizationId, connectionId, management),
  ])
  const ids = [...new Set(rows.map(({ serverId }) => serverId))]
  const servers = await Promise.all(ids.map((id) => ports.servers.find(id)))
  const clients = rows.flatMap((grant) => {
    const server = servers.find((one) => one?.id === grant.serverId)
    if (!server) return []
    return {
      grantId: grant.id,
      clientId: grant.clientId,
      clientName: clientName(grant),
      serverName: server.name,
      resource: server.resource,
      scopes: describedScopes(server, grant.scope).map(scopeView),
      since: grant.createdAt,
      ...(grant.lastTokenAt && { lastUse: grant.lastTokenAt }),
    }
  })
  const name = user?.email ?? user?.name ?? userId
  return {
    userId,
    organizationId,
    name,
    connection: connection?.name ?? '',
    connectionId,
    linked: linked.map(({ id, email, name: called, subject, linkedAt }) => ({
      id,
      name: email ?? called ?? subject,
      ...(linkedAt && { since: linkedAt }),
    })),
    linkable,
    clients,
  }
}

const scopeView = ({ name, description, translations, risk }: ScopeView): ScopeView => ({
  name,
  description,
  ...(translations && { translations }),
  ...(risk && { risk }),
})

const clientName = ({ clientName: name, clientId }: ManagedGrant) => name ?? clientId
