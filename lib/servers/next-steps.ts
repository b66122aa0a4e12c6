import { bearerChallenge } from '@/lib/oauth/protocol/challenge'
import { resourceMetadata } from '@/lib/oauth/protocol/resource-metadata'
import { endpointUrl, resourceMetadataUrl } from '@/lib/oauth/protocol/urls'
import { agentPrompt } from './agent-prompt'
import type { ServerDetails } from './servers'
import { fetchCode, mcpHandlerCode, type Place, pythonCode, sdkCode } from './snippets'

export type Snippet = {
  readonly id: 'fetch' | 'sdk' | 'next' | 'python'
  /** What has to be installed. */
  readonly install: string
  readonly code: string
  readonly language: 'typescript' | 'python'
  /** What a coding agent is told. */
  readonly prompt: string
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
    metadataUrl,
    metadata: resourceMetadata(server),
    isOpaque: server.tokenFormat === 'opaque',
    challenge: bearerChallenge({
      resourceMetadata: metadataUrl,
      ...(server.scopes.length > 0 && { scope: server.scopes.map(({ name }) => name) }),
    }),
  }
  return { place, snippets: snippetsOf(place), links: installLinks(place) }
}

function snippetsOf(place: Place): readonly Snippet[] {
  const snippets = [
    ['fetch', 'npm install @vestibule/mcp', fetchCode, 'typescript'],
    ['sdk', 'npm install @vestibule/mcp @modelcontextprotocol/sdk express', sdkCode, 'typescript'],
    [
      'next',
      'npm install @vestibule/mcp mcp-handler @modelcontextprotocol/server',
      mcpHandlerCode,
      'typescript',
    ],
    ['python', 'pip install vestibule-mcp', pythonCode, 'python'],
  ] as const
  return snippets.map(([id, install, write, language]) => {
    const snippet = { install, code: write(place), language }
    return { id, ...snippet, prompt: agentPrompt(place, snippet) }
  })
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
