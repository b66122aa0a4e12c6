import { request } from 'node:http'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { freePort } from '@/test/free-port'
import { fastMcp } from '../examples/fastmcp'
import { fastMcpBehind } from '../examples/fastmcp-step-up'
import type { Verifier } from '../src/index'
import { signingIssuer } from './signing-issuer'

const quiet = () => {}
const QUIET = { debug: quiet, error: quiet, info: quiet, log: quiet, warn: quiet }
const servers: ReturnType<typeof fastMcp>[] = []
// Its HTTP server tells of each stream.
const log = vi.spyOn(console, 'log').mockImplementation(quiet)
afterAll(async () => {
  for (const server of servers) await server.stop()
  log.mockRestore()
})

const issuer = await signingIssuer()
const bearer = async (scope: string) => `Bearer ${await issuer.accessToken({ scope })}`

async function started(make: typeof fastMcp, stateless: boolean, verifier: Verifier = issuer.verifier()) {
  const [port, server] = [await freePort(), make(verifier, QUIET)]
  servers.push(server)
  await server.start({ transportType: 'httpStream', httpStream: { port, host: '127.0.0.1', stateless } })
  return `http://127.0.0.1:${port}`
}

/** The official client in one session, whose requests have the token that is there when they are sent. */
async function inSession(url: string, authorization: string) {
  const token = { authorization }
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
      fetch: (address, init) => {
        const headers = new Headers(init?.headers)
        headers.set('authorization', token.authorization)
        return fetch(address, { ...init, headers })
      },
    }),
  )
  return { client, token }
}

describe.each([
  ['with sessions', false],
  ['without sessions', true],
] as const)('FastMCP’s own server %s', (_, stateless) => {
  it.each(['/sse', '/sse?x=1', '/x/../sse', '/%2e/sse', 'http://other.example/sse'])(
    'opens no stream whose messages need no token: %s',
    async (path) => {
      const { hostname, port } = new URL(await started(fastMcp, stateless))
      const headers = { authorization: await bearer('files:read'), 'mcp-session-id': 'x' }
      const status = await new Promise((resolve, reject) => {
        const asked = request({ hostname, port, path, headers }, (answer) => {
          answer.destroy()
          resolve(answer.statusCode)
        })
        asked.on('error', reject).end()
      })
      expect(status).toBe(404)
    },
  )
})

describe('a session of FastMCP', () => {
  it('is over for a token that was revoked', async () => {
    const own = await signingIssuer()
    const url = await started(fastMcp, false, own.verifier())
    const { client } = await inSession(url, `Bearer ${await own.accessToken()}`)
    expect(await client.callTool({ name: 'whoami' })).toMatchObject({ content: [{ text: 'user-1' }] })
    own.endGrant('grant-1')
    own.clock.now += 3_000
    await expect(client.callTool({ name: 'whoami' })).rejects.toMatchObject({ code: 401 })
    await client.close()
  })

  it.each([
    ['the first example', fastMcp],
    ['the one behind protectNode', fastMcpBehind],
  ])('lends its scopes to no other token: %s', async (_, make) => {
    const url = await started(make, false)
    const { client, token } = await inSession(url, await bearer('files:read files:write'))
    const call = () => client.callTool({ name: 'delete_file' })
    expect(await call()).toMatchObject({ content: [{ text: 'deleted for user-1' }] })
    token.authorization = await bearer('files:read')
    expect(JSON.stringify(await call())).not.toContain('deleted for')
    await client.close()
  })
})
