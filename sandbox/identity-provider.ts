/**
 * An OpenID provider with test users, in place of a company's own. It knows of Vestibule one registered client only,
 * and speaks OpenID Connect with any holder of its credentials.
 */
import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair } from 'jose'
import type { ClientMetadata, Configuration, JWKS, KoaContextWithOIDC, Provider } from 'oidc-provider'
import { LOGIN_PATH, loginForm } from './login-form'
import { errorPage } from './login-page'
import { listenOnLoopback } from './loopback-server'
import { memoryAdapter } from './memory-adapter'
import { claimsOf, SANDBOX_USERS, type SandboxUser } from './users'

export type IdentityProviderOptions = {
  /** On localhost; 0 takes any free port. */
  readonly port: number
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUris: readonly string[]
  /** Shown on the login page. */
  readonly clientName?: string
  readonly users?: readonly SandboxUser[]
  /** Seconds. */
  readonly accessTokenLifetime?: number
  readonly extraClients?: readonly ClientMetadata[]
  /** Private signing keys; made anew at each start otherwise. */
  readonly jwks?: JWKS
  /** Replaces parts of the configuration of `oidc-provider`, by their top-level names. */
  readonly configuration?: Configuration
}

export type RunningIdentityProvider = {
  readonly issuer: string
  /** The provider itself, to add middleware or listen to its events. */
  readonly provider: Provider
  close(): Promise<void>
}

const DAY = 24 * 3600

/** Starts an OpenID provider at `http://localhost:{port}`. Any number of them can run side by side. */
export async function startIdentityProvider(
  options: IdentityProviderOptions,
): Promise<RunningIdentityProvider> {
  const { Provider, errors } = await importOidcProvider()
  const jwks = options.jwks ?? (await generateSigningKeys())
  const users = options.users ?? SANDBOX_USERS

  let provider: Provider | undefined
  const { origin, close } = await listenOnLoopback(options.port, (issuer) => {
    const created = new Provider(issuer, {
      ...baseConfiguration(new URL(issuer), users),
      jwks,
      clients: [clientOf(options), ...(options.extraClients ?? [])],
      ttl: lifetimes(options.accessTokenLifetime ?? 3600),
      features: features(errors.InvalidTarget),
      ...options.configuration,
    })
    created.use(offerOfflineAccess)
    created.on('server_error', (_ctx, error) => console.error('Identity provider failed:', error))
    provider = created
    const protocol = created.callback()
    const login = loginForm(created, users)
    return (request, response) =>
      request.url?.startsWith(LOGIN_PATH) ? login(request, response) : protocol(request, response)
  })
  if (!provider) throw new Error('listenOnLoopback did not ask for a listener')
  return { issuer: origin, provider, close }
}

function baseConfiguration({ port }: URL, users: readonly SandboxUser[]): Configuration {
  const find = (username: string) => users.find((user) => user.username === username)
  return {
    adapter: memoryAdapter(),
    scopes: ['openid', 'profile', 'email', 'offline_access'],
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: [
        'name',
        'preferred_username',
        ...new Set(users.flatMap(({ claims = {} }) => Object.keys(claims))),
      ],
    },
    // Most identity providers put the claims into the ID token too, and not only behind userinfo.
    conformIdTokenClaims: false,
    findAccount: (_ctx, username) => {
      const user = find(username)
      return user && { accountId: username, claims: () => claimsOf(user) }
    },
    loadExistingGrant: grantWhatIsAsked,
    responseTypes: ['code'],
    pkce: { required: () => true },
    interactions: { url: (_ctx, { uid }) => LOGIN_PATH + uid },
    // Browsers keep one cookie jar for all ports of localhost: the names keep neighbours apart.
    cookies: {
      keys: [randomBytes(32).toString('base64url')],
      names: {
        session: `idp_${port}_session`,
        interaction: `idp_${port}_interaction`,
        resume: `idp_${port}_resume`,
      },
    },
    clientBasedCORS: () => false,
    renderError: (ctx, { error, error_description }) => {
      const { html, headers } = errorPage(`${error}: ${error_description ?? 'no further description'}`)
      ctx.set({ ...headers })
      ctx.body = html
    },
  }
}

function clientOf({
  clientId,
  clientSecret,
  clientName,
  redirectUris,
}: IdentityProviderOptions): ClientMetadata {
  return {
    client_id: clientId,
    client_secret: clientSecret,
    redirect_uris: [...redirectUris],
    grant_types: ['authorization_code', 'refresh_token'],
    ...(clientName !== undefined && { client_name: clientName }),
  }
}

/** Seconds. */
function lifetimes(accessToken: number): NonNullable<Configuration['ttl']> {
  return {
    AccessToken: accessToken,
    AuthorizationCode: 60,
    IdToken: 3600,
    RefreshToken: 14 * DAY,
    Interaction: 600,
    Session: DAY,
    Grant: 14 * DAY,
  }
}

function features(InvalidTarget: new () => Error): NonNullable<Configuration['features']> {
  return {
    devInteractions: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    dPoP: { enabled: false },
    pushedAuthorizationRequests: { enabled: false },
    revocation: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
    },
    // A company's provider knows no MCP server by its URI, and refuses a `resource`.
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: () => {
        throw new InvalidTarget()
      },
    },
  }
}

/** Grants every scope and claim of the request without asking, each time anew: logins do not share a grant. */
async function grantWhatIsAsked({ oidc }: KoaContextWithOIDC) {
  const { account, client, provider } = oidc
  if (!account || !client) return undefined
  const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId })
  grant.addOIDCScope([...oidc.requestParamOIDCScopes].join(' '))
  grant.addOIDCClaims([...oidc.requestParamClaims])
  await grant.save()
  return grant
}

/**
 * Most identity providers issue a refresh token for `offline_access`; this one requires `prompt=consent` too (OpenID
 * Connect Core §11). Its consent shows no page, so the prompt is added here.
 */
async function offerOfflineAccess(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
  const { scope, prompt } = ctx.query
  const scopes = typeof scope === 'string' ? scope.split(' ') : []
  const prompts = typeof prompt === 'string' ? prompt.split(' ') : []
  if (ctx.path === '/auth' && scopes.includes('offline_access') && !prompts.includes('none')) {
    ctx.query = { ...ctx.query, prompt: [...new Set([...prompts, 'consent'])].join(' ') }
  }
  await next()
}

async function generateSigningKeys(): Promise<JWKS> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const kid = randomBytes(8).toString('base64url')
  return { keys: [{ ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' }] } as JWKS
}

let oidcProvider: Promise<typeof import('oidc-provider')> | undefined

/** Imports the library when the first provider starts, without its remark that Node 20 is old. */
function importOidcProvider(): Promise<typeof import('oidc-provider')> {
  oidcProvider ??= (async () => {
    const { warn } = console
    console.warn = (...args) => {
      if (!String(args[0]).includes('Unsupported runtime')) warn(...args)
    }
    try {
      return await import('oidc-provider')
    } finally {
      console.warn = warn
    }
  })()
  return oidcProvider
}
