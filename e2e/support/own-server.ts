import { randomBytes } from 'node:crypto'
import { startIdentityProvider } from '../../sandbox/identity-provider'
import { obtainCode } from './attack-login'
import { obtainTokens, postForm, type Tokens } from './attack-tokens'
import { RESOURCE_SECRET, type World } from './world'

/** A server in an organization of its own, for tests that would disturb others. */
export type OwnServer = {
  readonly slug: string
  readonly issuer: string
  readonly resource: string
  /** A whole login with its public client `cli`. */
  readonly logIn: () => Promise<Tokens>
  /** Asks about a token as its resource server. */
  readonly introspect: (token: string) => Promise<Record<string, unknown>>
  /** Changes its settings, and its resource where one is given. */
  readonly configure: (settings: readonly string[], resource?: string) => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * @param settings more lines of YAML for the server, such as `token_format: opaque`
 * @param path of its resource
 */
export async function startOwnServer(
  world: World,
  settings: readonly string[] = [],
  path = '/mcp',
): Promise<OwnServer> {
  const slug = `own-${randomBytes(4).toString('hex')}`
  const issuer = `${world.issuers.root}/s/${slug}`
  const resource = `https://${slug}.example${path}`
  const idp = await startIdentityProvider({
    port: 0,
    clientId: 'vestibule',
    clientSecret: 'upstream-client-secret-of-the-tests',
    redirectUris: [`${world.app.url}/oauth/callback/${slug}`],
  })
  const configure = async (lines: readonly string[], at = resource) => {
    const yaml = configuration({ slug, resource: at, idp: idp.issuer, settings: lines })
    const applied = await world.app.cli(['apply', '-f', '-'], yaml)
    if (applied.code !== 0) throw new Error(`apply failed: ${applied.stderr}${applied.stdout}`)
  }
  await configure(settings)
  return {
    slug,
    issuer,
    resource,
    logIn: async () => obtainTokens(issuer, await obtainCode(world, { issuer })),
    introspect: (token) => introspectAt(issuer, token),
    configure,
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
}

const configuration = ({ slug, resource, idp, settings }: Settings) => `
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
          - { name: "profile:read", description: "See your name and e-mail address" }
          - { name: "notes:write", description: "Add notes for you" }
        clients:
          - { client_id: cli, redirect_uris: ["http://127.0.0.1/callback"], token_endpoint_auth_method: none }
${settings.map((line) => `        ${line}\n`).join('')}`
