import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { playedIssuer } from '@/packages/mcp/test/played-issuer'
import { vectors } from '@/packages/mcp/test/vectors'
import { type RunningMcpServer, startMcpServer } from './mcp-server'

const ask = fetch
let mcp: RunningMcpServer

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: vectors.now * 1_000 })
  vi.stubGlobal('fetch', playedIssuer().fetch)
  mcp = await startMcpServer({ port: 0, resource: vectors.resource, issuer: vectors.issuer })
})
afterAll(async () => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
  await mcp.close()
})

async function answerTo(token: string): Promise<string> {
  const { status, headers } = await ask(mcp.url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  })
  return `${status} ${/error="(\w+)"/.exec(headers.get('www-authenticate') ?? '')?.[1]}`
}

/** What a header carries as it is: Node.js takes none that is longer, and spaces around a value are no part of it. */
const carried = vectors.tokens.filter(({ token }) => token.length < 16_000 && token.trim() === token)

describe('the sample MCP server', () => {
  // They have none of its scopes: it knows who they are, and says what they lack.
  it.each(carried.filter(({ user }) => user))('knows $name', async ({ token }) => {
    expect(await answerTo(token)).toBe('403 insufficient_scope')
  })

  it.each(carried.filter(({ user }) => !user))('refuses $name', async ({ token }) => {
    expect(await answerTo(token)).toBe('401 invalid_token')
  })
})
