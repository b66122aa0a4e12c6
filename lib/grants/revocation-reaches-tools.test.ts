import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { createVerifier } from '@vestibule/mcp'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { tokenSigner } from '@/lib/crypto/signer'
import { documentEndpoint } from '@/lib/http/document-endpoint'
import { heldRequests } from '@/lib/http/limits/held-requests'
import { incomingRequest } from '@/lib/http/node/messages'
import { feedStart, knownVersion, revocationFeed } from '@/lib/oauth/access/revocation-feed'
import type { Server } from '@/lib/oauth/model'
import type { Ports } from '@/lib/oauth/ports/ports'
import { FEED_MAX_AGE, FEED_WAIT } from '@/lib/oauth/protocol/lifetimes'
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
afterEach(async () => {
  // What is still asked is answered before the clock is another one; a question may come to be held only now.
  await until(() => {
    vi.advanceTimersByTime(FEED_WAIT * 1_000)
    return asking === 0
  })
  vi.useRealTimers()
})

/** Questions for a feed that are not answered yet. */
let asking = 0

/** An instance of ours, with memory of its own, as a verifier sees it. */
function instance(server: Server) {
  const { db, sealer } = store()
  const signer = tokenSigner(signingKeyStore(db, sealer), clock, new Map())
  const ports = { ...services.management().ports, clock, signer } as Ports
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const context = async () => ({ publicUrl: server.issuer, ports, log })
  const startOf = (query: URLSearchParams, now: Date) => feedStart(query.get('after'), now)
  const feed = documentEndpoint(
    context,
    async ({ request }) => ({
      ...(await revocationFeed(server, startOf(new URL(request.url).searchParams, clock()), ports)),
      maxAge: FEED_MAX_AGE,
    }),
    {
      part: (query, now) => String(startOf(query, now) ?? ''),
      known: knownVersion,
      longest: FEED_WAIT,
    },
  )
  const state = { answered: 0 }
  const fetch = async (address: string, { headers }: RequestInit): Promise<Response> => {
    const { pathname, host } = new URL(address)
    if (pathname.startsWith('/.well-known/')) return Response.json(serverMetadata({ ...server }))
    if (pathname.endsWith('/jwks')) return Response.json({ keys: await signer.publicKeys(server.id) })
    // As `node:http` brings it, so that it can be held.
    const message = new IncomingMessage(new Socket())
    Object.assign(message.headers, { ...Object.fromEntries(new Headers(headers)), host })
    asking += 1
    const { text, ...init } = await feed.answer(incomingRequest(message, address)).finally(() => {
      asking -= 1
    })
    state.answered += 1
    return new Response(text, init)
  }
  return { signer, fetch, state }
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

/** Two instances, an MCP server that follows each, and a token of each of two grants. */
async function twoOfEach() {
  await apply(EXAMPLE)
  const server = await services.server('second')
  const instances = [instance(server), instance(server)]
  const servers = instances.map((one) => mcpServer(server, one))
  const given = async (signer: ReturnType<typeof tokenSigner>) => {
    const { grant } = await connect(store(), server)
    const iat = Math.floor(Date.now() / 1_000)
    const signing = await signer.ready(server.id)
    const claims = {
      ...{ iss: server.issuer, aud: server.resource, sub: grant.userId ?? '', client_id: grant.clientId },
      ...{ scope: '', gid: grant.id, jti: random(), iat, exp: iat + 600 },
    }
    return { token: await signing.accessToken(claims), grant: grant.id }
  }
  const [ended, other] = await Promise.all(instances.map(({ signer }) => given(signer)))
  const answers = (one = ended) => Promise.all(servers.map((call) => call(one?.token ?? '')))
  const revoke = async () =>
    revokeGrant(await services.as('support', 'acme'), ended?.grant ?? '', services.management(clock()))
  return { instances, answers, other, revoke }
}

describe('a grant that an operator revokes in the console', () => {
  // How old what instances and MCP servers keep is when it is revoked, in milliseconds.
  it.each([0, 400, 900, 2_500])(
    'is refused in tools of two servers within five seconds, %s ms after they asked',
    async (age) => {
      const { answers, other, revoke } = await twoOfEach()
      expect(await answers()).toEqual([200, 200])
      vi.advanceTimersByTime(age)

      await revoke()
      const refusedAfter = [Infinity, Infinity]
      for (let passed = 0; passed <= 5_000; passed += 250) {
        for (const [at, status] of (await answers()).entries())
          if (status === 401) refusedAfter[at] = Math.min(refusedAfter[at] ?? 0, passed)
        expect(await answers(other)).toEqual([200, 200])
        vi.advanceTimersByTime(250)
      }
      for (const passed of refusedAfter) expect(passed).toBeLessThan(5_000)
      expect(await answers()).toEqual([401, 401])
    },
  )

  it('is refused there within a second, and without another question, while one is held at each instance', async () => {
    const { instances, answers, other, revoke } = await twoOfEach()
    expect(await answers()).toEqual([200, 200])
    vi.advanceTimersByTime(1_000)
    expect(await answers()).toEqual([200, 200])
    await until(() => heldRequests() === 2)
    await revoke()
    vi.advanceTimersByTime(1_000)
    // No time passes from here on.
    await until(async () => (await answers()).every((status) => status === 401))
    expect(await answers(other)).toEqual([200, 200])
    expect(instances.map(({ state }) => state.answered)).toEqual([2, 2])
  })
})

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5))
}
