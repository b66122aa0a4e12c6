import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { oneServer } from './one-server'
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
    const connection = [
      'type: oidc',
      `issuer: ${upstream.issuer}`,
      `client_id: ${upstream.clientId}`,
      `client_secret: file:${folder}/upstream`,
      ...upstreamSettings,
    ]
    const own = [`resource_secret: file:${folder}/resource`, ...settings]
    await (await world.inside()).apply(oneServer({ slug, connection, settings: own, resource }))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
  return { slug, issuer: `${world.app.url}/s/${slug}`, resource, connectionId: slug, resourceSecret }
}
