import { createVerifier, protect } from '@vestibule/mcp'
import { describe, expect, it } from 'vitest'
import { resourceMetadataUrl } from '@/lib/oauth/protocol/urls'
import { vectors } from '@/packages/mcp/test/vectors'
import { examineMcpServer } from './mcp-server'
import { serverFor } from './test-support/server'
import type { Web } from './web'

const { issuer, scopes, tools, metadata } = vectors

/** The web of an MCP server that the package protects. */
function webOf(resource: string): Web {
  const handle = protect(createVerifier({ issuer, resource, scopes, tools }), () => new Response('served'))
  return {
    ask: async (url, request = {}) => {
      const response = await handle(new Request(url, request))
      const header = (name: string) => response.headers.get(name) ?? undefined
      return { outcome: 'answered', status: response.status, header, text: await response.text() }
    },
  }
}

describe('the doctor and the packages agree', () => {
  it.each(metadata)(
    'where the metadata of $resource is, and what is in it',
    async ({ resource, url, document }) => {
      expect(resourceMetadataUrl(resource)).toBe(url)
      const offered = [document.scopes_supported]
        .flat()
        .map((name) => ({ name: String(name), description: '', upstreamScopes: [] }))
      const server = serverFor(resource, { issuer, scopes: offered })
      const findings = await examineMcpServer(server, webOf(resource), new Date())
      expect(findings.filter(({ verdict }) => verdict !== 'ok')).toEqual([])
      expect(findings.map(({ check }) => check)).toEqual([
        'refusal',
        'challenge',
        'token',
        'resource',
        'authorization_servers',
      ])
    },
  )

  it.each(metadata)('that $resource is not another one', async ({ resource, document }) => {
    const web = webOf(resource)
    const other: Web = {
      ask: async (url, request) => {
        const asked = await web.ask(url, request)
        if (asked.outcome === 'failed' || asked.status !== 200) return asked
        return { ...asked, text: JSON.stringify({ ...document, resource: `${resource}x` }) }
      },
    }
    const findings = await examineMcpServer(serverFor(resource, { issuer }), other, new Date())
    expect(findings).toContainEqual(expect.objectContaining({ check: 'resource', verdict: 'problem' }))
  })
})
