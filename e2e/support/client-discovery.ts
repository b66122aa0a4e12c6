import { expect } from '@playwright/test'
import { type HostRequest, hostFetch } from './host-fetch'

/** Where a client looks for a document that belongs to a URL. */
type Probe = (url: string) => string

/** Between the host and the path (RFC 8414 §3.1, RFC 9728 §3.1). */
const inserted =
  (name: string): Probe =>
  (url) => {
    const { origin, pathname, search } = new URL(url)
    return `${origin}/.well-known/${name}${pathname === '/' ? '' : pathname}${search}`
  }

const atTheRoot =
  (name: string): Probe =>
  (url) =>
    `${new URL(url).origin}/.well-known/${name}`

/** After the path (OpenID Connect Discovery §4). */
const appended =
  (name: string): Probe =>
  (url) =>
    `${url.replace(/\/$/, '')}/.well-known/${name}`

const RESOURCE = 'oauth-protected-resource'
const SERVER = 'oauth-authorization-server'
const OPENID = 'openid-configuration'

/** In which order a client looks. The first document that is there counts, and nothing but a 404 leads to the next. */
export type DiscoveryOrder = {
  /** For the resource's metadata; `challenge`: at the URL that a 401 of the MCP server names. */
  readonly resource: readonly ('challenge' | Probe)[]
  /** For the authorization server's, by its issuer, or by the MCP server's URL where no resource metadata is read. */
  readonly server: readonly Probe[]
}

/** The orders in use. A client that finds no metadata of the server uses `/authorize`, `/token`, `/register`. */
export const DISCOVERY = {
  /** MCP 2025-11-25 and later, and the official SDKs. */
  byTheBook: {
    resource: ['challenge', inserted(RESOURCE), atTheRoot(RESOURCE)],
    server: [inserted(SERVER), inserted(OPENID), appended(OPENID)],
  },
  /** Never reads the challenge (allowed since MCP 2025-11-25), and begins with OpenID. */
  openidFirst: {
    resource: [inserted(RESOURCE), atTheRoot(RESOURCE)],
    server: [inserted(OPENID), appended(OPENID), inserted(SERVER)],
  },
  /** Appends what RFC 8414 inserts before it does it right. */
  appendedFirst: {
    resource: ['challenge', inserted(RESOURCE), atTheRoot(RESOURCE)],
    server: [appended(SERVER), appended(OPENID), inserted(SERVER)],
  },
  /** MCP 2025-03-26: the MCP server's own origin is the authorization server. */
  sameOrigin: { resource: [], server: [atTheRoot(SERVER)] },
  /** The same, with the path of the MCP endpoint in it: it finds nothing, and goes on with the default paths. */
  guessing: { resource: [], server: [inserted(SERVER)] },
} as const satisfies Record<string, DiscoveryOrder>

/** Sends a request as the client would, perhaps from a page. */
export type Send = (url: string, request?: HostRequest) => Promise<Response>

/** What discovery comes to: where to go, and what to ask for. */
export type Discovered = {
  /** Absent where no metadata was found. */
  readonly issuer?: string
  readonly authorization_endpoint: string
  readonly token_endpoint: string
  readonly registration_endpoint: string
  readonly revocation_endpoint?: string
  readonly scopes_supported?: readonly string[]
  /** The MCP server's metadata. */
  readonly resource?: { readonly resource: string; readonly scopes_supported?: readonly string[] }
}

const VERSION = { 'mcp-protocol-version': '2025-11-25', accept: 'application/json' }

/** Finds the authorization server of an MCP server, in the order that this client looks. */
export async function discover(
  mcpUrl: string,
  order: DiscoveryOrder,
  send: Send = hostFetch,
): Promise<Discovered> {
  const challenge = order.resource.includes('challenge') ? await challengedUrl(mcpUrl, send) : undefined
  const probes = order.resource.map((probe) => (probe === 'challenge' ? challenge : probe(mcpUrl)))
  const resource = await firstDocument(probes, send)
  const [issuer = new URL(mcpUrl).origin] = resource?.authorization_servers ?? []
  const server = await firstDocument(
    order.server.map((probe) => probe(resource ? issuer : mcpUrl)),
    send,
  )
  if (server) expect(server.issuer, 'the metadata is of the issuer that was asked for').toBe(issuer)
  const { origin } = new URL(issuer)
  return {
    ...(server ?? {
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      registration_endpoint: `${origin}/register`,
    }),
    ...(resource && { resource }),
  }
}

/** One pattern over the header, as the SDKs read it; undefined where no MCP server answers. */
async function challengedUrl(mcpUrl: string, send: Send): Promise<string | undefined> {
  const response = await send(mcpUrl, {
    method: 'POST',
    headers: {
      ...VERSION,
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params: {} }),
  })
  const header = response.headers.get('www-authenticate') ?? ''
  return response.status === 401 ? /^Bearer .*resource_metadata="([^"]+)"/.exec(header)?.[1] : undefined
}

/** Anything but 200 and 404 ends the discovery of one client or another: so do redirects, and pages with status 200. */
async function firstDocument(probes: readonly (string | undefined)[], send: Send) {
  for (const url of probes) {
    if (!url) continue
    const response = await send(url, { headers: VERSION })
    expect([200, 404], `${url} answered ${response.status}`).toContain(response.status)
    if (response.status === 404) continue
    expect(response.headers.get('content-type'), url).toMatch(/^application\/json\b/)
    return response.json()
  }
  return undefined
}
