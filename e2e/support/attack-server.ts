import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { World } from './world'

/** An identity provider, as an operator would write it into a configuration. */
export type Upstream = { readonly issuer: string; readonly clientId: string; readonly clientSecret: string }

/** One more customer of a running Vestibule. */
export type ExtraServer = {
  readonly slug: string
  readonly issuer: string
  readonly resource: string
  readonly connectionId: string
  /** What its resource server introspects with. */
  readonly resourceSecret: string
}

/** For a server whose callback URL has to be known before it is added; also the connection's id. */
export const newSlug = () => `extra-${randomBytes(6).toString('hex')}`

/**
 * Adds an organization with a connection and a server at a path issuer; its public client is `cli` again.
 *
 * @param settings more lines of YAML for the server, such as `handoff_scopes: [email]`
 * @param upstreamSettings the same for the connection
 */
export async function addServer(
  world: World,
  upstream: Upstream,
  settings: readonly string[] = [],
  slug = newSlug(),
  upstreamSettings: readonly string[] = [],
): Promise<ExtraServer> {
  const resource = `https://${slug}.example/mcp`
  const resourceSecret = `vst_rs_${randomBytes(32).toString('base64url')}`
  const folder = await mkdtemp(path.join(tmpdir(), 'vestibule-e2e-secrets-'))
  try {
    await writeFile(path.join(folder, 'upstream'), upstream.clientSecret)
    await writeFile(path.join(folder, 'resource'), resourceSecret)
    const yaml = configuration({ slug, resource, folder, settings, upstreamSettings, ...upstream })
    await (await world.inside()).apply(yaml)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return { slug, issuer: `${world.app.url}/s/${slug}`, resource, connectionId: slug, resourceSecret }
}

type Names = Upstream & {
  readonly slug: string
  readonly resource: string
  readonly folder: string
  readonly settings: readonly string[]
  readonly upstreamSettings: readonly string[]
}

const configuration = ({ slug, resource, folder, settings, upstreamSettings, issuer, clientId }: Names) => `
organizations:
  - slug: ${slug}
    name: ${slug}
    connections:
      - slug: main
        id: ${slug}
        type: oidc
        issuer: ${issuer}
        client_id: ${clientId}
        client_secret: file:${folder}/upstream
${upstreamSettings.map((line) => `        ${line}\n`).join('')}    servers:
      - slug: ${slug}
        name: ${slug}
        resource: ${resource}
        connection: main
        resource_secret: file:${folder}/resource
        scopes:
          - { name: "profile:read", description: "See your name" }
        clients:
          - { client_id: cli, redirect_uris: ["http://127.0.0.1/callback"], token_endpoint_auth_method: none }
${settings.map((line) => `        ${line}\n`).join('')}`
