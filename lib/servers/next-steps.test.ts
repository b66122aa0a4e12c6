import { runInNewContext } from 'node:vm'
import { createVerifier, protect, protectExpress, type Verifier } from '@vestibule/mcp'
import { describe, expect, it } from 'vitest'
import { nextSteps } from './next-steps'
import type { ServerDetails } from './servers'

const SERVER: ServerDetails = {
  slug: 'files',
  name: 'Files',
  issuer: 'https://auth.example.com/s/files',
  resource: 'https://mcp.example.com/mcp',
  default: false,
  connection: { slug: 'okta', name: 'Okta' },
  liveGrants: 0,
  aliases: [],
  scopes: [{ name: 'files:read', description: 'Read your files', upstreamScopes: [] }],
  clientPolicy: 'any',
  registration: 'off',
  trustedIssuers: [],
  deviceGrant: false,
  tokenFormat: 'jwt',
  accessTokenLifetime: 3600,
  refreshTokenLifetime: 3600,
  passedClaims: [],
  hasRegistrationToken: false,
  hasResourceSecret: false,
  clients: [],
}

/** What the code imports. */
const PACKAGE = { createVerifier, protect, protectExpress }

const steps = (change: Partial<ServerDetails> = {}) => nextSteps({ ...SERVER, ...change })

describe('next steps', () => {
  it('say what the MCP server answers, to the letter', () => {
    const { place } = steps()
    expect(place.challenge).toBe(
      'Bearer scope="files:read", resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp"',
    )
    expect(place.metadata).toEqual({
      resource: 'https://mcp.example.com/mcp',
      authorization_servers: ['https://auth.example.com/s/files'],
      scopes_supported: ['files:read'],
      bearer_methods_supported: ['header'],
      resource_name: 'Files',
    })
    expect(place.jwksUri).toBe('https://auth.example.com/s/files/oauth/jwks')
  })

  it.each([
    ['https://mcp.example.com', 'https://mcp.example.com/.well-known/oauth-protected-resource'],
    ['https://mcp.example.com/', 'https://mcp.example.com/.well-known/oauth-protected-resource'],
    ['https://a.example:8443/x/mcp', 'https://a.example:8443/.well-known/oauth-protected-resource/x/mcp'],
    ['https://a.example/mcp?t=1', 'https://a.example/.well-known/oauth-protected-resource/mcp?t=1'],
  ])('find the metadata of %s where RFC 9728 puts it', (resource, expected) => {
    expect(steps({ resource }).place.metadataUrl).toBe(expected)
  })

  it('open Cursor and VS Code with the URL filled in', () => {
    const { cursor, vscode } = steps({ resource: 'https://a.example/mcp?x=1&y="2"' }).links
    const config = new URL(cursor).searchParams.get('config') ?? ''
    expect(cursor).toMatch(/^cursor:\/\/anysphere\.cursor-deeplink\/mcp\/install\?name=files&config=/)
    expect(JSON.parse(Buffer.from(config, 'base64').toString())).toEqual({
      url: 'https://a.example/mcp?x=1&y="2"',
    })
    expect(JSON.parse(decodeURIComponent(vscode.replace('vscode:mcp/install?', '')))).toEqual({
      name: 'files',
      type: 'http',
      url: 'https://a.example/mcp?x=1&y="2"',
    })
  })

  it('have the credential in the code of a server whose tokens are opaque, and in no other', () => {
    const withCredential = (change: Partial<ServerDetails>) =>
      steps(change)
        .snippets.filter(({ code }) => code.includes('RESOURCE_SECRET'))
        .map(({ id }) => id)
    expect(withCredential({})).toEqual([])
    expect(withCredential({ tokenFormat: 'opaque' })).toEqual(['fetch', 'sdk', 'next', 'python'])
  })

  it('have code that a verifier is made of which says what the page says', () => {
    const { place, snippets } = steps()
    for (const { id, code } of snippets.filter(({ id }) => id === 'fetch' || id === 'sdk')) {
      const script = code.replace(/^import .*$/gm, '').replace(/^export const /gm, 'var ')
      const context: typeof PACKAGE & { readonly verifier?: Verifier } = { ...PACKAGE }
      runInNewContext(script, context)
      expect(context.verifier?.metadata(), id).toEqual(place.metadata)
      expect(context.verifier?.metadataUrl, id).toBe(place.metadataUrl)
    }
  })

  it('let no name, scope or URL out of its string in the code', () => {
    const evil = `"'\`\${globalThis.hacked=1}\\`
    const server = { name: evil, resource: `https://a.example/mcp?'\${hacked()}'` }
    for (const { id, code } of steps({
      ...server,
      scopes: [{ ...SERVER.scopes[0], name: "x'`$y" } as never],
    }).snippets) {
      if (id === 'next' || id === 'python') continue
      const script = code.replace(/^import .*$/gm, '').replace(/^export /gm, '')
      const nothing = new Proxy(() => nothing, { get: () => nothing, apply: () => nothing }) as unknown
      const context = { hacked: false, createVerifier: nothing, protect: nothing, protectExpress: nothing }
      runInNewContext(`${script}; 0`, context)
      expect(context.hacked, id).toBe(false)
    }
  })
})
