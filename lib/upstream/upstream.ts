/**
 * The identity provider that a customer already has, behind the few methods of the `Upstream` port. To it we are
 * one ordinary, pre-registered OAuth client. Owns the conversation and its checks; keeps nothing but metadata.
 */
import type { SamlAssertions } from '@/lib/oauth/ports/saml-assertions'
import { type ReadConnection, type Upstream, UpstreamError } from '@/lib/oauth/ports/upstream'
import { issuersOf } from '@/lib/oauth/protocol/issuers'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import type { ConnectionConfig } from './connection-config'
import type { EstablishedLogin, ExpectedLogin, LoginRequest, UpstreamContext } from './context'
import { findProvider } from './discovery-cache'
import { beginOAuth2Login, completeOAuth2Login } from './oauth2'
import { beginOidcLogin, completeOidcLogin } from './oidc'
import { graphOf } from './pointed-groups'
import { refreshUpstream } from './refresh'
import { revokeUpstream } from './revoke'
import { beginSamlLogin, completeSamlLogin, receiveSamlResponse } from './saml/saml'
import { verifySent } from './signature'
import { transmitterKeys } from './transmitter'
import { type ConnectionFetch, upstreamHttp } from './upstream-http'

/** Milliseconds for each request: a user is waiting, and a slower provider counts as down. */
const REQUEST_TIMEOUT = 10_000

export type UpstreamDependencies = {
  readonly connections: { find(id: string, read?: ReadConnection): Promise<ConnectionConfig | null> }
  /** Connections that lead to no identity provider, or nowhere. */
  readonly others?: Pick<Upstream, 'begin' | 'complete' | 'revoke'>
  /** Where logins at SAML providers are possible. */
  readonly assertions?: Pick<SamlAssertions, 'take'>
  /** What requests to SAML providers are signed with. */
  readonly samlKeyFor?: (connectionId: string) => Promise<{ readonly privateKey: string }>
  readonly callbackUrl: (connectionId: string) => string
  readonly clock: () => Date
  /** Plain http and loopback addresses are allowed: only when `PUBLIC_URL` is loopback. */
  readonly allowLoopback: boolean
  /** What asks for a connection, where that is not `fetch`. */
  readonly fetchFor?: (connection: ConnectionConfig) => ConnectionFetch | undefined
  /** Microsoft Graph, by an issuer of Entra ID, where that is not Microsoft's own. */
  readonly graphOf?: (issuer: string) => string | undefined
  /** Milliseconds; 10 000 by default. */
  readonly requestTimeout?: number
}

type Found = { readonly connection: ConnectionConfig; readonly context: UpstreamContext }

/** @throws UpstreamError always */
export function noConnection(): never {
  throw new UpstreamError('upstream_error', 'The connection of this login no longer exists.')
}

/** There is no token of a SAML provider that anything could be asked with. */
const SAML_REFRESH = {
  outcome: 'unavailable',
  reason: 'upstream_error',
  detail: 'A SAML identity provider gives no tokens.',
} as const

function beginAt(
  { connection, context }: Found,
  login: LoginRequest,
  samlKeyFor: UpstreamDependencies['samlKeyFor'],
): Promise<string> {
  switch (connection.type) {
    case 'oidc':
      return beginOidcLogin(connection, login, context)
    case 'oauth2':
      return beginOAuth2Login(connection, login, context)
    case 'saml':
      return beginSamlLogin(connection, login, context, samlKeyFor)
  }
}

function completeAt(
  { connection, context }: Found,
  parameters: URLSearchParams,
  expected: ExpectedLogin,
  assertions: UpstreamDependencies['assertions'],
): Promise<EstablishedLogin> {
  const take = async (id: string) =>
    (await assertions?.take(hashSecret(id), connection.id, context.clock())) ?? null
  switch (connection.type) {
    case 'oidc':
      return completeOidcLogin(connection, parameters, expected, context)
    case 'oauth2':
      return completeOAuth2Login(connection, parameters, expected, context)
    case 'saml':
      return completeSamlLogin(connection, parameters, expected, take)
  }
}

/** Logs users in at the identity provider of a connection, whatever its type. */
export function upstream(deps: UpstreamDependencies): Upstream {
  const { allowLoopback, requestTimeout: timeout = REQUEST_TIMEOUT, others } = deps

  async function lookUp(id: string, read?: ReadConnection): Promise<Found | null> {
    const connection = await deps.connections.find(id, read)
    if (!connection) return null
    // In the URL parser's spelling, which is what openid-client sends to the token endpoint: the two must be equal.
    const callbackUrl = deps.callbackUrl(id)
    const http = upstreamHttp({ allowLoopback, timeout, way: deps.fetchFor?.(connection) })
    const { clock, graphOf: graph = graphOf } = deps
    return { connection, context: { http, callbackUrl, clock, graphOf: graph } }
  }

  async function find(id: string): Promise<Found> {
    return (await lookUp(id)) ?? noConnection()
  }

  return {
    async begin(connectionId, login) {
      const found = await lookUp(connectionId, login.read)
      if (!found) return others?.begin(connectionId, login) ?? noConnection()
      return beginAt(found, login, deps.samlKeyFor)
    },
    async complete(connectionId, callbackParameters, expected) {
      const found = await lookUp(connectionId, expected.read)
      if (!found) return others?.complete(connectionId, callbackParameters, expected) ?? noConnection()
      return completeAt(found, callbackParameters, expected, deps.assertions)
    },
    async refresh(connectionId, held) {
      try {
        const { connection, context } = await find(connectionId)
        if (connection.type === 'saml') return SAML_REFRESH
        return await refreshUpstream(connection, held, context)
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error
        return { outcome: 'unavailable', reason: error.reason, detail: error.detail }
      }
    },
    async verify(connectionId, jwt) {
      const { connection, context } = await find(connectionId)
      if (connection.type !== 'oidc') return null
      const keys = async () => (await findProvider(connection, context.http, context.clock())).keysForSent
      const sent = await verifySent(jwt, issuersOf(connection), keys)
      return sent && { ...sent, audience: connection.clientId }
    },
    async receive(connectionId, response) {
      const found = await lookUp(connectionId)
      if (found?.connection.type !== 'saml') return null
      return receiveSamlResponse(found.connection, response, found.context)
    },
    async verifySignal(connectionId, jwt) {
      const found = await lookUp(connectionId)
      const signals = found?.connection.signals
      if (!found || !signals) return 'not_configured'
      const { connection, context } = found
      const keys = () => transmitterKeys(signals, context.http, context.clock())
      const sent = await verifySent(jwt, [signals.issuer], keys)
      const subjectIssuers = connection.type === 'oidc' ? issuersOf(connection) : [signals.issuer]
      return sent && { ...sent, audience: signals.audience, subjectIssuers }
    },
    async revoke(connectionId, held) {
      try {
        const found = await lookUp(connectionId)
        if (!found) return await (others?.revoke(connectionId, held) ?? noConnection())
        const { connection, context } = found
        if (connection.type === 'saml') return { outcome: 'unsupported' }
        return { outcome: await revokeUpstream(connection, held, context) }
      } catch (error) {
        if (!(error instanceof UpstreamError)) throw error
        return { outcome: 'failed', detail: error.detail }
      }
    },
  }
}
