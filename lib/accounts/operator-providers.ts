import type { OperatorProvider } from '@/lib/config-providers'
import type { OutgoingProxy } from '@/lib/http/fetch/proxy'
import { publicFetch } from '@/lib/http/fetch/public-fetch'
import type { Identity } from '@/lib/oauth/model'
import { routes } from '@/lib/routes'
import type { ConnectionConfig } from '@/lib/upstream/connection-config'
import { upstream } from '@/lib/upstream/upstream'
import { upstreamHttp } from '@/lib/upstream/upstream-http'

/** Milliseconds: an operator is waiting. */
const TIMEOUT = 10_000

type Options = {
  readonly publicUrl: string
  readonly loopback: boolean
  readonly operatorProviders: readonly OperatorProvider[]
  readonly outgoingProxy?: OutgoingProxy | undefined
}

export type OperatorProviders = ReturnType<typeof operatorProviders>

/**
 * The identity providers that operators sign in with. They are asked as those of customers are: discovery when it is
 * needed, state, nonce and S256, a validated ID token, and `iss` where the provider sends it.
 */
export function operatorProviders(
  { publicUrl, loopback, operatorProviders: configured, outgoingProxy: proxy }: Options,
  clock: () => Date,
) {
  const connections = new Map(configured.map((provider) => [provider.id as string, connectionOf(provider)]))
  const callbackUrl = (id: string) => publicUrl + routes.providerCallback(id)
  const way = proxy && {
    fetch: publicFetch({ allowLoopback: loopback, listed: [], anywhere: true, proxy }),
    reach: 'anywhere',
  }
  const port = upstream({
    connections: { find: async (id) => connections.get(id) ?? null },
    callbackUrl,
    clock,
    allowLoopback: loopback,
    fetchFor: () => way,
    requestTimeout: TIMEOUT,
  })
  const http = upstreamHttp({ allowLoopback: loopback, timeout: TIMEOUT, way })
  return {
    list: configured.map((provider) => ({
      id: provider.id as string,
      name: provider.name,
      source: sourceOf(provider),
      callbackUrl: callbackUrl(provider.id),
    })),

    /** Where the browser goes. @throws UpstreamError */
    begin: (id: string, attempt: { state: string; nonce: string; codeVerifier: string }) =>
      port.begin(id, { ...attempt, scopes: [], resource: publicUrl }),

    /** The account that signed in. @throws UpstreamError */
    complete: port.complete,

    /**
     * The address that the provider says it has verified; undefined when it says no such thing.
     *
     * @throws UpstreamError
     */
    async verifiedEmail(id: string, identity: Identity, accessToken: string): Promise<string | undefined> {
      if (id === 'github') return primaryAddress(await githubAddresses(http, accessToken))
      // Entra ID sends no `email_verified`: this claim says that the tenant owns the address's domain.
      const isOwned = id === 'microsoft' && ['true', '1'].includes(String(identity.claims.xms_edov))
      return identity.emailVerified || isOwned ? identity.email?.toLowerCase() : undefined
    },
  }
}

/** Who vouches for subjects: an account stays with the issuer that it was connected at, whatever is configured later. */
const sourceOf = ({ id, issuer }: OperatorProvider) => issuer ?? `connection:${id}`

function connectionOf(provider: OperatorProvider): ConnectionConfig {
  const { id, name, clientId, clientSecret, issuer } = provider
  const common = {
    id,
    organizationId: 'installation',
    slug: id,
    name,
    clientId,
    clientSecret,
    tokenEndpointAuthMethod: 'client_secret_basic',
    authorizationParameters: {},
    forwardResource: false,
    mayBeInternal: true,
  } as const
  if (issuer !== undefined)
    return { ...common, type: 'oidc', issuer, scopes: ['email', 'profile'], pkce: true }
  return {
    ...common,
    type: 'oauth2',
    tokenEndpointAuthMethod: 'client_secret_post',
    authorizationEndpoint: 'https://github.com/login/oauth/authorize',
    tokenEndpoint: 'https://github.com/login/oauth/access_token',
    userinfoEndpoint: 'https://api.github.com/user',
    scopes: ['read:user', 'user:email'],
    pkce: true,
    claims: { subject: 'id', name: 'name' },
  }
}

async function githubAddresses(http: ReturnType<typeof upstreamHttp>, accessToken: string): Promise<unknown> {
  const headers = { accept: 'application/json', authorization: `Bearer ${accessToken}` }
  const answer = await http.request('userinfo endpoint', 'https://api.github.com/user/emails', { headers })
  return answer.ok ? answer.json().catch(() => null) : null
}

/** The primary address of a GitHub account, if it is verified. */
export function primaryAddress(addresses: unknown): string | undefined {
  if (!Array.isArray(addresses)) return undefined
  const primary = addresses.find((entry) => entry?.primary === true && entry.verified === true)
  return typeof primary?.email === 'string' ? primary.email.toLowerCase() : undefined
}
