// Runs the examples as a developer would who installed the package: `node serve.mjs ISSUER PORTS`.
import { createServer, type RequestListener } from 'node:http'
import process from 'node:process'
import { buffer } from 'node:stream/consumers'
import { createVerifier, type Verifier } from '@vestibule/mcp'
import { freePort } from '../../../test/free-port'
import worker from '../examples/cloudflare-worker'
import { fastMcp } from '../examples/fastmcp'
import { fetchHandler as fastMcpEdge } from '../examples/fastmcp-edge'
import { fastMcpBehind, inFrontOf } from '../examples/fastmcp-step-up'
import { mcpRoute, metadataRoute } from '../examples/next-mcp-handler'
import { expressApp } from '../examples/sdk-v1-express'
import { nodeServer } from '../examples/sdk-v1-node'
import { fetchHandler } from '../examples/sdk-v2-fetch'
import { honoApp } from '../examples/sdk-v2-hono'

type Handler = (request: Request) => Response | Promise<Response>

/** What runtimes do that speak `Request` and `Response`. */
const listenerOf =
  (handle: Handler): RequestListener =>
  async (incoming, outgoing) => {
    const headers: [string, string][] = []
    for (const [name, values = []] of Object.entries(incoming.headersDistinct))
      for (const value of values) headers.push([name, value])
    const { method = 'GET', url = '/' } = incoming
    const body = method === 'GET' ? {} : { body: new Uint8Array(await buffer(incoming)) }
    const request = new Request(new URL(url, `http://${incoming.headers.host}`), { method, headers, ...body })
    const answer = await handle(request)
    outgoing.writeHead(answer.status, [...answer.headers].flat())
    for await (const chunk of answer.body ?? []) outgoing.write(chunk)
    outgoing.end()
  }

const inNext = (verifier: Verifier): Handler => {
  const [route, metadata] = [mcpRoute(verifier), metadataRoute(verifier)]
  return (request) => (new URL(request.url).pathname === '/mcp' ? route(request) : metadata())
}

const [issuer = '', ports = '{}'] = process.argv.slice(2)
const tools = { delete_file: ['files:write'] }
const resourceAt = (port: number) => `http://localhost:${port}/mcp`
const verifierAt = (port: number) =>
  createVerifier({ issuer, resource: resourceAt(port), scopes: ['files:read'], tools })

/** FastMCP’s own HTTP server at a port of its own, and what clients see in front of it. */
async function startFastMcpBehind(port: number): Promise<void> {
  const [verifier, behind] = [verifierAt(port), await freePort()]
  await fastMcpBehind(verifier).start({
    transportType: 'httpStream',
    httpStream: { port: behind, host: '127.0.0.1', stateless: true },
  })
  inFrontOf(behind, verifier).listen(port)
}

/** Each framework’s example, listening. */
const START: Readonly<Record<string, (port: number) => unknown>> = {
  'SDK v1, Express': (port) => expressApp(verifierAt(port)).listen(port),
  'SDK v1, node:http': (port) => nodeServer(verifierAt(port)).listen(port),
  'SDK v2, Fetch': (port) => createServer(listenerOf(fetchHandler(verifierAt(port)))).listen(port),
  'SDK v2, Hono': (port) => createServer(listenerOf(honoApp(verifierAt(port)).fetch)).listen(port),
  'Next.js, mcp-handler': (port) => createServer(listenerOf(inNext(verifierAt(port)))).listen(port),
  'Cloudflare Workers': (port) => {
    const env = { ISSUER: issuer, RESOURCE: resourceAt(port) }
    createServer(listenerOf((request) => worker.fetch(request, env))).listen(port)
  },
  'FastMCP, edge': (port) => createServer(listenerOf(fastMcpEdge(verifierAt(port)))).listen(port),
  'FastMCP, its own server': startFastMcpBehind,
  FastMCP: (port) =>
    fastMcp(verifierAt(port)).start({
      transportType: 'httpStream',
      httpStream: { port, host: 'localhost', stateless: true },
    }),
}

const given: Record<string, number> = JSON.parse(ports)
for (const [name, port] of Object.entries(given)) await START[name]?.(port)
process.stdout.write('ready\n')
