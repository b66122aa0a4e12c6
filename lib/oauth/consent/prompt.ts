import { grantableScopes } from '../clients/grantable-scope'
import { refusalOf, scopeNow } from '../flow/admission'
import { brandView } from '../flow/brand-view'
import type { AuthorizationRequest, Client, Connection, Server } from '../model'
import type { EarlierConsent } from '../ports/consent'
import type { Ports } from '../ports/ports'
import { hasAccessRules } from '../protocol/access-rules'
import { clientIdHost } from '../protocol/client-id-url'
import { redirectHost, redirectKind } from '../protocol/redirect-uri'
import { intersect } from '../protocol/scope'
import { describedScopes, leavesNothing } from '../protocol/standard-scopes'
import { upstreamScopes } from '../protocol/upstream-scope'
import { type KnownUserPorts, knownUser, type SessionCookieOf } from './known-user'
import type { ConsentView } from './view'

export type PromptPorts = Pick<Ports, 'consents' | 'grants' | 'requests'> & KnownUserPorts

/**
 * Builds the view of the consent page: the client and how it is known, the redirect host, the scopes, and the next
 * login. Looking at it uses nothing up.
 *
 * @returns null when the request is unknown, expired or ended, and when no page may be shown for it (`prompt=none`)
 */
export async function consentPrompt(
  requestId: string,
  sessionCookieOf: SessionCookieOf,
  ports: PromptPorts,
): Promise<ConsentView | null> {
  const event = { at: ports.clock(), step: 'consent', outcome: 'ok', reason: 'ok' } as const
  const shown = await ports.requests.show(requestId, event)
  if (!shown) return null
  const { request, server, client, connection, brand } = shown
  const user = await knownUser(server.connectionId, sessionCookieOf, ports)
  const earlier = user && (await ports.consents.earlier(user.userId, { server, request }, ports.clock()))
  return {
    client: {
      kind: client.kind,
      clientId: client.clientId,
      ...(client.name && { name: client.name }),
      ...(client.uri && { uri: client.uri }),
      ...(client.kind === 'metadata_document' && { documentHost: clientIdHost(client.clientId) }),
    },
    redirect: request.deviceCodeId
      ? { kind: 'device', host: '' }
      : { kind: redirectKind(request.redirectUri), host: redirectHost(request.redirectUri) },
    server: {
      name: server.name,
      resource: server.resource,
      ...(brand && { brand: brandView({ key: server.slug, name: server.name }, brand) }),
    },
    connection: { name: connection.name, scopes: askedUpstream(connection, server, request) },
    ...asked({ server, client, request }, user ? (earlier ?? NOTHING) : null),
    ...(user && (await refusedTo(user.userId, server, request.scope, ports))),
    reference: request.reference,
  }
}

/** What rules are going to refuse, as far as it is known who will log in. */
async function refusedTo(
  userId: string,
  server: Server,
  requested: readonly string[],
  ports: Pick<Ports, 'grants'>,
): Promise<Pick<ConsentView, 'refused'>> {
  if (!hasAccessRules(server)) return {}
  const known = await ports.grants.lastKnown(userId, server)
  if (!known) return {}
  const kept = scopeNow(server, known, requested)
  const scopes = requested.filter((name) => !kept.includes(name))
  const all = refusalOf(server, known) !== null || leavesNothing(requested, kept)
  if (!all && scopes.length === 0) return {}
  const contact = server.access?.contact
  return { refused: { all, scopes, ...(contact !== undefined && { contact }) } }
}

/** The scopes of the login that comes next. */
function askedUpstream(connection: Connection, server: Server, { scope }: AuthorizationRequest) {
  if (connection.type === 'platform') return []
  const always = connection.type === 'oidc' ? ['openid', ...connection.scopes] : connection.scopes
  return [...new Set([...always, ...upstreamScopes(server, scope)])]
}

const NOTHING: EarlierConsent = { granted: [], offline: false, answered: null }

/** What is new, and apart from it what the user allowed before; of an unknown user, all is new. */
function asked(
  { server, client, request }: { server: Server; client: Client; request: AuthorizationRequest },
  earlier: EarlierConsent | null,
): Pick<ConsentView, 'scopes' | 'offline' | 'allowedBefore'> {
  const described = (names: readonly string[]) => describedScopes(server, names)
  const before = described(intersect(grantableScopes(server, client), earlier?.granted ?? []))
  const known = before.map(({ name }) => name)
  const refreshes = client.grantTypes.includes('refresh_token')
  const offline = refreshes && earlier?.offline === true
  const assumedScope = intersect(request.scope, known)
  return {
    scopes: described(request.scope.filter((name) => !known.includes(name))),
    offline: refreshes && !offline,
    ...(earlier && { allowedBefore: { scopes: before, offline, assumedScope } }),
  }
}
