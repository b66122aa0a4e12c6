import { randomBytes } from 'node:crypto'
import type { Upstream } from '@/lib/oauth/ports/upstream'
import type { ConnectionConfig } from '../connection-config'
import { type UpstreamDependencies, upstream } from '../upstream'
import type { MisbehavingProvider, Misbehaviour } from './misbehaving-provider'

type OidcConfig = Extract<ConnectionConfig, { type: 'oidc' }>
type OAuth2Config = Extract<ConnectionConfig, { type: 'oauth2' }>

const COMMON = {
  id: 'conn-1',
  organizationId: 'org-1',
  slug: 'idp',
  name: 'The provider',
  tokenEndpointAuthMethod: 'client_secret_basic' as const,
  scopes: ['email'],
  authorizationParameters: {},
  forwardResource: false,
}

/** A connection to this provider as an OpenID provider. */
export function oidcConnection(provider: MisbehavingProvider, changes: Partial<OidcConfig> = {}): OidcConfig {
  const { issuer, clientId, clientSecret } = provider
  return { ...COMMON, type: 'oidc', issuer, clientId, clientSecret, pkce: true, ...changes }
}

/** A connection to this provider as a plain OAuth 2.0 server. */
export function oauth2Connection(
  provider: MisbehavingProvider,
  changes: Partial<OAuth2Config> = {},
): OAuth2Config {
  return {
    ...COMMON,
    type: 'oauth2',
    clientId: provider.clientId,
    clientSecret: provider.clientSecret,
    authorizationEndpoint: `${provider.origin}/authorize`,
    tokenEndpoint: `${provider.origin}/token`,
    userinfoEndpoint: `${provider.origin}/userinfo`,
    pkce: true,
    claims: { subject: 'id', email: 'email', name: 'name' },
    ...changes,
  }
}

/** The port under test, with one connection. */
export function upstreamWith(
  connection: ConnectionConfig,
  changes: Partial<UpstreamDependencies> = {},
): Upstream {
  return upstream({
    connections: { find: async (id) => (id === connection.id ? connection : null) },
    callbackUrl: (id) => `https://vestibule.example/oauth/callback/${id}`,
    clock: () => new Date(),
    allowLoopback: true,
    ...changes,
  })
}

/** A provider that hangs is not waited for long; an honest one is, on a busy machine. */
export const patience = (how: Misbehaviour): Partial<UpstreamDependencies> =>
  JSON.stringify(how).includes('"hang":true') ? { requestTimeout: 600 } : {}

const random = () => randomBytes(32).toString('base64url')

/** Fresh values for one attempt. */
export function attempt() {
  return { state: random(), nonce: random(), codeVerifier: random() }
}

export const LOGIN = { scopes: [] as string[], resource: 'https://mcp.example/mcp' }

/** A whole login: begin, the provider's redirect, complete. */
export async function logIn(
  port: Upstream,
  secrets: ReturnType<typeof attempt> & { readonly claims?: readonly string[] } = attempt(),
  tamper: (callback: URLSearchParams) => void = () => {},
): ReturnType<Upstream['complete']> {
  const url = await port.begin('conn-1', { ...LOGIN, ...secrets })
  const response = await fetch(url, { redirect: 'manual' })
  const callback = new URL(response.headers.get('location') ?? '')
  tamper(callback.searchParams)
  return port.complete('conn-1', callback.searchParams, secrets)
}
