import type { Server } from '@/lib/oauth/model'
import { parseUrl } from '@/lib/oauth/protocol/parse-url'
import { resourceMetadataUrl } from '@/lib/oauth/protocol/urls'
import { differenceOf } from './differences'
import { type Finding, findingsOf } from './finding'
import { type Answer, jsonObject, quoted, type Web } from './web'

const { ok, warning, problem } = findingsOf('mcp_server')

/** Where the MCP Inspector's page lives, which reads metadata from the browser. */
export const INSPECTOR_ORIGIN = 'http://localhost:6274'

type Document = Readonly<Record<string, unknown>>

type Examined = {
  /** Whether there is a document, right or wrong. */
  readonly found: boolean
  readonly findings: readonly Finding[]
}

const NOWHERE =
  'Serve the document of RFC 9728 there: {"resource": "…", "authorization_servers": ["…"]}. docs/for-mcp-servers.md has an example.'

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
    const how =
      asked.outcome === 'failed'
        ? `cannot be reached: ${asked.problem}`
        : asked.status === 200
          ? 'answers with something that is not JSON'
          : `answers ${asked.status}`
    findings.push(problem('metadata', `The resource_metadata of the 401, ${quoted(url)}, ${how}.`, NOWHERE))
  }
  if (findings.length > 0) return { found: false, findings }
  const nowhere = problem(
    'metadata',
    'There is no metadata of the MCP server (RFC 9728), at the well-known address neither: no client learns that it logs in here.',
    NOWHERE,
  )
  return { found: false, findings: [nowhere] }
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
  if (found === resource)
    return ok('resource', 'The metadata names the MCP server exactly as it is configured here.')
  const remedy = `Have the metadata say "resource": "${resource}", or configure as resource what your users enter.`
  if (typeof found !== 'string')
    return problem('resource', 'The metadata of the MCP server has no resource.', remedy)
  if (aliases.includes(found))
    return warning(
      'resource',
      `The metadata names an alias, ${quoted(found)}: clients refuse it unless their users enter exactly that.`,
      remedy,
    )
  const difference = differenceOf(found, resource)
  return problem(
    'resource',
    `The metadata names ${quoted(found)} as resource, not ${resource}${difference ? `: ${difference}` : ''}. Clients take it for somebody else’s and refuse.`,
    difference?.startsWith('it says http ')
      ? `${remedy} Behind a proxy, MCP servers often guess http: give it its public URL.`
      : remedy,
  )
}

function serversFinding({ issuer }: Server, found: unknown): Finding {
  const list = Array.isArray(found) ? found.filter((entry) => typeof entry === 'string') : []
  const remedy = `Have the metadata say "authorization_servers": ["${issuer}"], to the letter.`
  const [first] = list
  if (first === undefined)
    return problem('authorization_servers', 'The metadata names no authorization server.', remedy)
  if (first === issuer) return ok('authorization_servers', 'The metadata sends clients here to log in.')
  if (list.includes(issuer))
    return warning(
      'authorization_servers',
      `The metadata names ${quoted(first)} before us, and some clients know only the first.`,
      `Put ${issuer} first.`,
      ['Claude'],
    )
  const difference = differenceOf(first, issuer)
  return problem(
    'authorization_servers',
    `The metadata sends clients to ${quoted(first)} to log in, not to ${issuer}${difference ? `: ${difference}` : ''}.`,
    remedy,
  )
}

function scopeFindings({ scopes }: Server, found: unknown): readonly Finding[] {
  const list = Array.isArray(found) ? found.filter((entry) => typeof entry === 'string') : []
  const offered = scopes.map(({ name }) => name)
  const unknown = list.filter((name) => name !== 'offline_access' && !offered.includes(name))
  return [
    ...(list.includes('offline_access')
      ? [
          warning(
            'scopes',
            'The metadata of the MCP server lists offline_access, which is a matter between client and authorization server.',
            'Take it out of scopes_supported there.',
          ),
        ]
      : []),
    ...(unknown.length > 0
      ? [
          warning(
            'scopes',
            `The metadata of the MCP server lists scopes that are not offered here: ${quoted(unknown.slice(0, 5).join(' '))}. Clients ask for them, and get tokens without them.`,
            'Add them to scopes of the server, or take them out of scopes_supported there.',
          ),
        ]
      : []),
  ]
}

function corsFindings(url: string, { header }: Answer): readonly Finding[] {
  const allowed = header('access-control-allow-origin')
  if (allowed === '*' || allowed === INSPECTOR_ORIGIN) return []
  return [
    warning(
      'cors',
      `The metadata at ${quoted(url)} has no Access-Control-Allow-Origin, so clients that are web pages cannot read it.`,
      'Send Access-Control-Allow-Origin: * with it: it is public.',
      ['MCP Inspector'],
    ),
  ]
}
