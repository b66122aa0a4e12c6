import type { Server } from '@/lib/oauth/model'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'
import { resourceMetadataUrl } from '@/lib/oauth/protocol/urls'
import { differenceOf, tellDifference } from './differences'
import { type Finding, findingsOf } from './finding'
import { type Answer, howItAnswers, jsonObject, quoted, type Web } from './web'

const { ok, warning, problem } = findingsOf('mcp_server')

/** Where the MCP Inspector's page lives, which reads metadata from the browser. */
export const INSPECTOR_ORIGIN = 'http://localhost:6274'

type Document = Readonly<Record<string, unknown>>

type Examined = {
  /** Whether there is a document, right or wrong. */
  readonly found: boolean
  readonly findings: readonly Finding[]
}

/**
 * The MCP server's metadata (RFC 9728), where clients look for it: at the address of the challenge, then at the
 * well-known address with the path of the endpoint, then at the one without.
 *
 * @param challenged what the challenge names
 */
export async function examineMetadata(
  server: Server,
  challenged: string | undefined,
  web: Web,
): Promise<Examined> {
  const findings: Finding[] = []
  for (const url of placesOf(server.resource, challenged)) {
    const asked = await web.ask(url, { headers: { origin: INSPECTOR_ORIGIN } })
    const document = asked.outcome === 'answered' && asked.status === 200 ? jsonObject(asked) : undefined
    if (document && asked.outcome === 'answered')
      return { found: true, findings: [...findings, ...contents(server, url, document, asked)] }
    if (url !== challenged) continue
    findings.push(
      problem('metadata', 'mcp.metadata_unusable', { url: quoted(url), how: howItAnswers(asked) }),
    )
  }
  if (findings.length > 0) return { found: false, findings }
  return { found: false, findings: [problem('metadata', 'mcp.metadata_missing')] }
}

function placesOf(resource: string, challenged: string | undefined): readonly string[] {
  const { origin, pathname } = new URL(resource)
  const named = challenged !== undefined && parseUrl(challenged) ? [challenged] : []
  return [...new Set([...named, resourceMetadataUrl(origin + pathname), resourceMetadataUrl(origin)])]
}

function contents(server: Server, url: string, document: Document, answer: Answer): readonly Finding[] {
  return [
    resourceFinding(server, document.resource),
    serversFinding(server, document.authorization_servers),
    ...scopeFindings(server, document.scopes_supported),
    ...corsFindings(url, answer),
  ]
}

/** RFC 9728 §3.3: clients compare it with the address they connect to, and go no further when it differs. */
function resourceFinding({ resource, aliases }: Server, found: unknown): Finding {
  if (found === resource) return ok('resource', 'mcp.resource')
  if (typeof found !== 'string') return problem('resource', 'mcp.resource_missing', { resource })
  const said = { found: quoted(found), resource }
  if (aliases.includes(found)) return warning('resource', 'mcp.resource_alias', said)
  const difference = differenceOf(found, resource)
  const isHttp = difference?.kind === 'scheme' && difference.found === 'http'
  return problem('resource', isHttp ? 'mcp.resource_http' : 'mcp.resource_other', {
    ...said,
    difference: tellDifference('after_colon', difference),
  })
}

function serversFinding({ issuer }: Server, found: unknown): Finding {
  const list = Array.isArray(found) ? found.filter((entry) => typeof entry === 'string') : []
  const [first] = list
  if (first === undefined) return problem('authorization_servers', 'mcp.servers_missing', { issuer })
  if (first === issuer) return ok('authorization_servers', 'mcp.servers')
  const said = { found: quoted(first), issuer }
  if (list.includes(issuer)) return warning('authorization_servers', 'mcp.servers_second', said, ['Claude'])
  const difference = tellDifference('after_colon', differenceOf(first, issuer))
  return problem('authorization_servers', 'mcp.servers_other', { ...said, difference })
}

function scopeFindings({ scopes }: Server, found: unknown): readonly Finding[] {
  const list = Array.isArray(found) ? found.filter((entry) => typeof entry === 'string') : []
  const offered = scopes.map(({ name }) => name)
  const unknown = list.filter((name) => name !== 'offline_access' && !offered.includes(name))
  return [
    ...(list.includes('offline_access') ? [warning('scopes', 'mcp.offline_access')] : []),
    ...(unknown.length > 0
      ? [warning('scopes', 'mcp.scopes_unknown', { scopes: quoted(unknown.slice(0, 5).join(' ')) })]
      : []),
  ]
}

function corsFindings(url: string, { header }: Answer): readonly Finding[] {
  const allowed = header('access-control-allow-origin')
  if (allowed === '*' || allowed === INSPECTOR_ORIGIN) return []
  return [warning('cors', 'mcp.cors', { url: quoted(url) }, ['MCP Inspector'])]
}
