import {
  Client as ClientV2,
  StreamableHTTPClientTransport as TransportV2,
} from '@modelcontextprotocol/client'
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RunningMcpServer, startMcpServer } from './mcp-server'
import { RESOURCE, startIssuer } from './test-support/issuer'

let as: Awaited<ReturnType<typeof startIssuer>>
let server: RunningMcpServer

beforeAll(async () => {
  as = await startIssuer()
  server = await startMcpServer({ port: 0, resource: RESOURCE, issuer: as.issuer })
})
afterAll(async () => {
  await server.close()
  await as.close()
})

const CLIENTS = {
  'v1 client': (token: string) => ({
    client: new ClientV1({ name: 'test', version: '1' }),
    transport: new TransportV1(new URL(server.url), bearer(token)),
  }),
  'v2 client': (token: string) => ({
    client: new ClientV2({ name: 'test', version: '1' }),
    transport: new TransportV2(new URL(server.url), bearer(token)),
  }),
  'v2 client at 2026-07-28': (token: string) => ({
    client: new ClientV2(
      { name: 'test', version: '1' },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
    ),
    transport: new TransportV2(new URL(server.url), bearer(token)),
  }),
}

describe.each(Object.entries(CLIENTS))('the official %s', (name, connectorFor) => {
  async function connect(claims: Record<string, unknown>) {
    const { client, transport } = connectorFor(await as.accessToken({ claims }))
    await (client as ClientV1).connect(transport as TransportV1)
    return client as ClientV1
  }

  it('lists the tools and asks who it is', async () => {
    const client = await connect({ sub: 'alice', name: 'Alice Example', email: 'alice@example.com' })
    const { tools } = await client.listTools()
    expect(tools.map((tool) => tool.name)).toEqual(['whoami', 'add_note'])
    const result = await client.callTool({ name: 'whoami' })
    expect(result.structuredContent).toEqual({
      subject: 'alice',
      client_id: 'client-1',
      scopes: ['profile:read', 'notes:write'],
      name: 'Alice Example',
      email: 'alice@example.com',
    })
    await client.close()
  })

  it('keeps notes for each subject apart', async () => {
    const [first, second] = [await connect({ sub: `${name}-1` }), await connect({ sub: `${name}-2` })]
    const add = (client: ClientV1, text: string) => client.callTool({ name: 'add_note', arguments: { text } })
    await add(first, 'one')
    await add(second, 'other')
    expect((await add(first, 'two')).structuredContent).toEqual({ notes: ['one', 'two'] })
    expect((await add(first, '   ')).isError).toBe(true)
    await Promise.all([first.close(), second.close()])
  })
})

function bearer(token: string) {
  return { requestInit: { headers: { authorization: `Bearer ${token}` } } }
}
