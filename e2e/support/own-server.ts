import { randomBytes } from 'node:crypto'
import { type IdentityProviderOptions, startIdentityProvider } from '../../sandbox/identity-provider'
import { obtainCode } from './attack-login'
import { obtainTokens, postForm, type Tokens } from './attack-tokens'
import { RESOURCE_SECRET, type World } from './world'

/** A server in an organization of its own, for tests that would disturb others. */
export type OwnServer = {
  readonly slug: string
  readonly issuer: string
  readonly resource: string
  /** Of its identity provider. */
  readonly upstreamIssuer: string
  /** A whole login with its public client `cli`. */
  readonly logIn: () => Promise<Tokens>
  /** Asks about a token as its resource server. */
  readonly introspect: (token: string) => Promise<Record<string, unknown>>
  /** Changes its settings, and its resource where one is given. */
  readonly configure: (settings: readonly string[], resource?: string) => Promise<void>
  /** Changes which of its scopes it offers. */
  readonly offer: (scopes: readonly ScopeName[]) => Promise<void>
  readonly close: () => Promise<void>
}

/** What a test wants to be different. */
export type OwnServerOptions = {
  /** Of its identity provider. */
  readonly idp?: Partial<IdentityProviderOptions>
  /** More scopes and clients, each a mapping of YAML on one line. */
  readonly scopes?: readonly string[]
  readonly clients?: readonly string[]
  /** Of its resource; `/mcp` by default. */
  readonly path?: string
}

const SCOPES = { 'profile:read': 'See your name and e-mail address', 'notes:write': 'Add notes for you' }
type ScopeName = keyof typeof SCOPES
const ALL_SCOPES: readonly ScopeName[] = ['profile:read', 'notes:write']

/** @param settings more lines of YAML for the server, such as `token_format: opaque` */
export async function startOwnServer(
  world: World,
  settings: readonly string[] = [],
  options: OwnServerOptions = {},
): Promise<OwnServer> {
  const slug = `own-${randomBytes(4).toString('hex')}`
  const issuer = `${world.issuers.root}/s/${slug}`
  const resource = `https://${slug}.example${options.path ?? '/mcp'}`
  const idp = await startIdentityProvider({
    port: 0,
    clientId: 'vestibule',
    clientSecret: 'upstream-client-secret-of-the-tests',
    redirectUris: [`${world.app.url}/oauth/callback/${slug}`],
    ...options.idp,
  })
  const { scopes: more = [], clients = [] } = options
  const configure = async (lines: readonly string[], at = resource, offered = ALL_SCOPES) => {
    const scopes = [...offered.map(scopeLine), ...more]
    const yaml = configuration({ slug, resource: at, idp: idp.issuer, settings: lines, scopes, clients })
    await (await world.inside()).apply(yaml)
  }
  await configure(settings)
  return {
    slug,
    issuer,
    resource,
    upstreamIssuer: idp.issuer,
    logIn: async () => obtainTokens(issuer, await obtainCode(world, { issuer })),
    introspect: (token) => introspectAt(issuer, token),
    configure,
    offer: (scopes) => configure(settings, resource, scopes),
    close: idp.close,
  }
}

/** Asks a server about a token as its resource server. */
export async function introspectAt(issuer: string, token: string): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${RESOURCE_SECRET}` }
  const response = await postForm(issuer, '/oauth/introspect', { token }, headers)
  if (response.status !== 200) throw new Error(`introspection answered ${response.status}`)
  if (response.headers.get('cache-control') !== 'no-store') throw new Error('introspection may be kept')
  return response.json()
}

type Settings = {
  readonly slug: string
  readonly resource: string
  readonly idp: string
  readonly settings: readonly string[]
  readonly scopes: readonly string[]
  readonly clients: readonly string[]
}

const configuration = ({ slug, resource, idp, settings, scopes, clients }: Settings) => `
organizations:
  - slug: ${slug}
    name: ${slug}
    connections:
      - { slug: main, id: ${slug}, type: oidc, issuer: "${idp}", client_id: vestibule, client_secret: "env:UPSTREAM_SECRET" }
    servers:
      - slug: ${slug}
        name: ${slug}
        resource: ${resource}
        connection: main
        resource_secret: env:RESOURCE_SECRET
        passed_claims: [email]
        scopes:
${listed(scopes)}        clients:
          - { client_id: cli, redirect_uris: ["http://127.0.0.1/callback"], token_endpoint_auth_method: none }
${listed(clients)}${settings.map((line) => `        ${line}\n`).join('')}`

const scopeLine = (name: ScopeName) => `{ name: "${name}", description: "${SCOPES[name]}" }`

const listed = (entries: readonly string[]) => entries.map((entry) => `          - ${entry}\n`).join('')
