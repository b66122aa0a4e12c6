import { describe, expect, it } from 'vitest'
import { resourceMetadata } from './resource-metadata'

const server = {
  issuer: 'https://auth.example.com',
  resource: 'https://MCP.example.com/mcp/',
  name: 'Acme MCP',
  scopes: [{ name: 'files:read' }, { name: 'offline_access' }],
}

describe('protected resource metadata (RFC 9728 §2)', () => {
  it('names the resource exactly as configured and its one authorization server [AS-34 RS-2]', () => {
    expect(resourceMetadata(server)).toEqual({
      resource: 'https://MCP.example.com/mcp/',
      authorization_servers: ['https://auth.example.com'],
      scopes_supported: ['files:read'],
      bearer_methods_supported: ['header'],
      resource_name: 'Acme MCP',
    })
  })

  it('omits the scopes of a server that has none', () => {
    expect(resourceMetadata({ ...server, scopes: [] })).not.toHaveProperty('scopes_supported')
  })
})
