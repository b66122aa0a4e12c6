import { createVerifier } from '@vestibule/mcp'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { tokenSigner } from '@/lib/crypto/signer'
import { documentEndpoint } from '@/lib/http/document-endpoint'
import { feedStart, revocationFeed } from '@/lib/oauth/access/revocation-feed'
import type { Server } from '@/lib/oauth/model'
import type { Ports } from '@/lib/oauth/ports/ports'
import { FEED_MAX_AGE } from '@/lib/oauth/protocol/lifetimes'
import { serverMetadata } from '@/lib/oauth/protocol/server-metadata'
import { signingKeyStore } from '@/lib/store/oauth/signing-keys'
import { random } from '@/lib/store/test-support/store-under-test'
import { connect, connectedServices } from '@/lib/test-support/connected'
import { EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { fetchHandler } from '@/packages/mcp/examples/sdk-v2-fetch'
import { revokeGrant } from './revoke'

const { apply, store } = testInstallation()
const services = connectedServices(store)
const clock = () => new Date()

// The clock of the test: that of the database goes on, and decides nothing here.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

/** An instance of ours, with memory of its own, as a verifier sees it. */
function instance(server: Server) {
  const { db, sealer } = store()
  const signer = tokenSigner(signingKeyStore(db, sealer), clock, new Map())
  const ports = { ...services.management().ports, clock, signer } as Ports
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const context = async () => ({ publicUrl: server.issuer, ports, log })
  const startOf = ({ url }: Pick<Request, 'url'>, now: Date) =>
    feedStart(new URL(url).searchParams.get('after'), now)
  const feed = documentEndpoint(
    context,
    async ({ request }) => ({
      jwt: await revocationFeed(server, startOf(request, clock()), ports),
      maxAge: FEED_MAX_AGE,
    }),
    (request, now) => String(startOf(request, now) ?? ''),
  )
  const fetch = async (address: string): Promise<Response> => {
    const { pathname, host } = new URL(address)
    if (pathname.startsWith('/.well-known/')) return Response.json(serverMetadata({ ...server }))
    if (pathname.endsWith('/jwks')) return Response.json({ keys: await signer.publicKeys(server.id) })
    return feed(new Request(address, { headers: { host } }))
  }
  return { signer, fetch }
}

/** An MCP server that follows one instance: calls a tool with a token. */
function mcpServer(server: Server, { fetch }: ReturnType<typeof instance>) {
  const { issuer, resource } = server
  const handle = fetchHandler(createVerifier({ issuer, resource, fetch, revocations: 'refuse' }))
  return async (token: string): Promise<number> => {
    const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'whoami', arguments: {} } }
    const response = await handle(
      new Request(resource, {
        method: 'POST',
        headers: {
          accept: 'application/json, text/event-stream',
          'content-type': 'application/json',
          authorization: `Bearer ${token}`,
        },
        body: JSON.stringify(call),
      }),
    )
    if (response.status === 200) expect(await response.text()).toContain('"content"')
    return response.status
  }
}

describe('a grant that an operator revokes in the console', () => {
  // How old what instances and MCP servers keep is when it is revoked, in milliseconds.
  it.each([0, 400, 900, 2_500])(
    'is refused in tools of two servers within five seconds, %s ms after they asked',
    async (age) => {
      await apply(EXAMPLE)
      const server = await services.server('second')
      const instances = [instance(server), instance(server)]
      const servers = instances.map((one) => mcpServer(server, one))
      const tokens: string[] = []
      const grants: string[] = []
      for (let i = 0; i < 2; i++) {
        const { grant } = await connect(store(), server)
        const iat = Math.floor(Date.now() / 1_000)
        const signing = await instances[i]?.signer.ready(server.id)
        const claims = {
          ...{ iss: server.issuer, aud: server.resource, sub: grant.userId ?? '', client_id: grant.clientId },
          ...{ scope: '', gid: grant.id, jti: random(), iat, exp: iat + 600 },
        }
        tokens.push((await signing?.accessToken(claims)) ?? '')
        grants.push(grant.id)
      }
      const [ended = '', other = ''] = tokens
      const answers = (token: string) => Promise.all(servers.map((call) => call(token)))
      expect(await answers(ended)).toEqual([200, 200])
      vi.advanceTimersByTime(age)

      await revokeGrant(await services.as('support', 'acme'), grants[0] ?? '', services.management(clock()))
      const refusedAfter = [Infinity, Infinity]
      for (let passed = 0; passed <= 5_000; passed += 250) {
        for (const [at, status] of (await answers(ended)).entries())
          if (status === 401) refusedAfter[at] = Math.min(refusedAfter[at] ?? 0, passed)
        expect(await answers(other)).toEqual([200, 200])
        vi.advanceTimersByTime(250)
      }
      for (const passed of refusedAfter) expect(passed).toBeLessThan(5_000)
      expect(await answers(ended)).toEqual([401, 401])
    },
  )
})
