import { bearerChallenge } from '@/lib/oauth/protocol/challenge'
import { resourceMetadata } from '@/lib/oauth/protocol/resource-metadata'
import { endpointUrl, resourceMetadataUrl } from '@/lib/oauth/protocol/urls'
import type { ServerDetails } from './servers'
import { introspectionCode, joseCode, mcpHandlerCode, type Place, pythonCode, sdkCode } from './snippets'

export type Snippet = {
  readonly id: 'introspection' | 'jose' | 'sdk' | 'next' | 'python'
  /** What has to be installed. */
  readonly install: string
  readonly code: string
}

export type NextSteps = {
  readonly place: Place
  readonly snippets: readonly Snippet[]
  /** What opens an editor with the MCP server filled in. */
  readonly links: { readonly cursor: string; readonly vscode: string }
}

/** What has to be done at the MCP server and at the clients, with this server's exact values. */
export function nextSteps(server: ServerDetails): NextSteps {
  const metadataUrl = resourceMetadataUrl(server.resource)
  const place: Place = {
    name: server.name,
    slug: server.slug,
    issuer: server.issuer,
    resource: server.resource,
    jwksUri: endpointUrl(server.issuer, 'jwks'),
    introspectionEndpoint: endpointUrl(server.issuer, 'introspect'),
    metadataUrl,
    metadata: resourceMetadata(server),
    challenge: bearerChallenge({
      resourceMetadata: metadataUrl,
      ...(server.scopes.length > 0 && { scope: server.scopes.map(({ name }) => name) }),
    }),
  }
  return { place, snippets: snippetsOf(server, place), links: installLinks(place) }
}

function snippetsOf(server: ServerDetails, place: Place): readonly Snippet[] {
  if (server.tokenFormat === 'opaque')
    return [{ id: 'introspection', install: '', code: introspectionCode(place) }]
  return [
    { id: 'jose', install: 'npm install jose', code: joseCode(place) },
    { id: 'sdk', install: 'npm install @modelcontextprotocol/sdk express jose', code: sdkCode(place) },
    {
      id: 'next',
      install: 'npm install mcp-handler @modelcontextprotocol/server jose',
      code: mcpHandlerCode(place),
    },
    { id: 'python', install: 'pip install fastmcp', code: pythonCode(place) },
  ]
}

function installLinks({ slug, resource: url }: Place): NextSteps['links'] {
  const config = Buffer.from(JSON.stringify({ url })).toString('base64')
  const cursor = new URLSearchParams({ name: slug, config })
  const vscode = encodeURIComponent(JSON.stringify({ name: slug, type: 'http', url }))
  return {
    cursor: `cursor://anysphere.cursor-deeplink/mcp/install?${cursor}`,
    vscode: `vscode:mcp/install?${vscode}`,
  }
}
