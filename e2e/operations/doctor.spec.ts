import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import postgres from 'postgres'
import { REMEDIES } from '@/lib/logins/remedies'
import { makeAuthority } from '@/lib/upstream/test-support/certificates'
import { startMisbehavingProvider } from '@/lib/upstream/test-support/misbehaving-provider'
import { openEmbeddedPostgres } from '@/packages/embedded-postgres/embedded-postgres'
import { freePort } from '@/test/free-port'
import { startIdentityProvider } from '../../sandbox/identity-provider'
import { listenOnLoopback } from '../../sandbox/loopback-server'
import { startMcpServer } from '../../sandbox/mcp-server'
import { type App, newDataDir, startApp } from '../support/app'
import { admit, callbackOf, consult, newSlug } from '../support/doctor-fixture'
import { expect, test } from '../support/test'

// Starts an installation of its own, which trusts a private authority.

const SECRET = 'upstream-client-secret-of-the-tests'
const authority = makeAuthority()
let app: App
let dataDir: string
const stops: (() => Promise<void>)[] = []

test.beforeAll(async () => {
  dataDir = await newDataDir()
  const ca = path.join(dataDir, 'authority.pem')
  await writeFile(ca, authority.cert)
  const [port, idp, mcp] = await Promise.all([freePort(), freePort(), freePort()])
  app = await startApp({
    PORT: String(port),
    SANDBOX_IDP_PORT: String(idp),
    SANDBOX_MCP_PORT: String(mcp),
    DATA_DIR: dataDir,
    SANDBOX: '1',
    NODE_EXTRA_CA_CERTS: ca,
    UPSTREAM_SECRET: SECRET,
    WRONG_SECRET: 'not-the-secret-that-the-provider-knows',
  })
  await expect.poll(app.output).toContain('Vestibule is ready')
})
test.afterAll(async () => {
  await app?.stop()
  await rm(dataDir, { recursive: true, force: true })
})
test.afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

type Findings = Awaited<ReturnType<typeof consult>>['findings']
const problems = (findings: Findings) => findings.filter(({ verdict }) => verdict === 'problem')

/** An MCP server that is in order, for a fixture. */
async function healthyMcp(slug: string): Promise<string> {
  const port = await freePort()
  const resource = `http://localhost:${port}/mcp`
  const mcp = await startMcpServer({ port, resource, issuer: `${app.url}/s/${slug}` })
  stops.push(mcp.close)
  return resource
}

/** A real identity provider, whose client is registered like this. */
async function realProvider(client: { redirectUri: string; scope?: string }): Promise<string> {
  const { redirectUri, scope } = client
  const idp = await startIdentityProvider({
    port: 0,
    clientId: 'somebody-else',
    clientSecret: SECRET,
    redirectUris: ['https://other.example/callback'],
    extraClients: [
      {
        client_id: 'vestibule',
        client_secret: SECRET,
        redirect_uris: [redirectUri],
        ...(scope && { scope }),
      },
    ],
  })
  stops.push(idp.close)
  return idp.issuer
}

/** What is in the database that a login, a token or a client would leave there. */
async function traces(): Promise<Record<string, number>> {
  const database = await openEmbeddedPostgres(dataDir)
  const sql = postgres(database.url, { max: 1, onnotice: () => {} })
  try {
    const [row] = await sql`select
      (select count(*)::int from clients where kind <> 'preregistered' and deleted_at is null) as clients,
      (select count(*)::int from authorization_requests) as logins,
      (select count(*)::int from grants) as grants,
      (select count(*)::int from refresh_tokens) as tokens,
      (select count(*)::int from security_events) as events`
    return { ...row }
  } finally {
    await sql.end()
    await database.close()
  }
}

test('a healthy sandbox has no problem, and the doctor leaves nothing behind', async () => {
  const before = await traces()
  const { code, verdict, findings } = await consult(app, 'sandbox')
  expect(problems(findings)).toEqual([])
  expect({ code, verdict }).toEqual({ code: 0, verdict: 'warning' })
  // Nothing but that it is on this machine.
  expect(findings.filter((finding) => finding.verdict === 'warning').map(({ check }) => check)).toEqual([
    'hosted',
  ])
  for (const name of ['Claude', 'ChatGPT', 'Cursor', 'VS Code', 'MCP Inspector'])
    expect(findings.map(({ what }) => what)).toContain(`${name} can register.`)
  expect(await traces()).toEqual(before)
})

test('it is printed for humans, with remedies, and another organization’s slug is refused', async () => {
  const slug = newSlug()
  const issuer = await realProvider({ redirectUri: callbackOf(app, slug) })
  await admit(app, slug, { resource: await healthyMcp(slug), issuer, secret: 'WRONG_SECRET' })
  const { code, stdout } = await app.cli(['doctor', slug])
  expect(code).toBe(1)
  expect(stdout).toMatch(/The identity provider\n {2}PROBLEM .*\(upstream_client_rejected\)\n {10}/)
  expect(stdout).toMatch(/1 problem, \d+ warnings?\.$/m)
  expect(stdout).not.toContain('not-the-secret')
  const unknown = await app.cli(['doctor', 'no-such-server'])
  expect(unknown.code).toBe(2)
  expect(unknown.stderr).toContain('there is no server with the slug no-such-server')
})

test('a wrong client secret is named', async () => {
  const slug = newSlug()
  const issuer = await realProvider({ redirectUri: callbackOf(app, slug) })
  const fixture = await admit(app, slug, { resource: await healthyMcp(slug), issuer, secret: 'WRONG_SECRET' })
  const { code, findings } = await fixture.consult()
  expect(code).toBe(1)
  expect(problems(findings)).toMatchObject([
    { check: 'upstream_client_rejected', remedy: REMEDIES.upstream_client_rejected },
  ])
})

test('a wrong callback URL is named, with the one to register', async () => {
  const slug = newSlug()
  const issuer = await realProvider({ redirectUri: `${callbackOf(app, slug)}/` })
  const fixture = await admit(app, slug, { resource: await healthyMcp(slug), issuer })
  expect(problems((await fixture.consult()).findings)).toMatchObject([
    {
      check: 'upstream_callback_rejected',
      remedy: expect.stringContaining(`Register exactly ${callbackOf(app, slug)} there`),
    },
  ])
})

test('a missing scope is named', async () => {
  const slug = newSlug()
  const issuer = await realProvider({ redirectUri: callbackOf(app, slug), scope: 'openid' })
  const fixture = await admit(app, slug, {
    resource: await healthyMcp(slug),
    issuer,
    scopes: ['openid', 'email'],
  })
  expect(problems((await fixture.consult()).findings)).toMatchObject([
    { check: 'upstream_scope_rejected', remedy: REMEDIES.upstream_scope_rejected },
  ])
})

test('an expired certificate is named', async () => {
  const slug = newSlug()
  const expired = authority.issue({ notBefore: new Date(0), notAfter: new Date(Date.now() - 3600_000) })
  const provider = await startMisbehavingProvider({}, expired)
  stops.push(provider.stop)
  const fixture = await admit(app, slug, { resource: await healthyMcp(slug), issuer: provider.issuer })
  expect(problems((await fixture.consult()).findings)).toMatchObject([
    {
      check: 'upstream_certificate_invalid',
      what: expect.stringContaining('has expired'),
      remedy: REMEDIES.upstream_certificate_invalid,
    },
  ])
  expect(provider.requests).toEqual([])
})

for (const [way, clockAhead] of [
  ['ahead', 600],
  ['behind', -600],
] as const)
  test(`a clock ten minutes ${way} is named, with its size`, async () => {
    const slug = newSlug()
    const provider = await startMisbehavingProvider({ clockAhead })
    stops.push(provider.stop)
    const fixture = await admit(app, slug, { resource: await healthyMcp(slug), issuer: provider.issuer })
    expect(problems((await fixture.consult()).findings)).toContainEqual(
      expect.objectContaining({
        check: 'upstream_clock_skew',
        what: expect.stringContaining(`10 minutes ${way}`),
        remedy: REMEDIES.upstream_clock_skew,
      }),
    )
  })

test('an MCP server that does not ask for a login, or sends clients astray, is named', async () => {
  const slug = newSlug()
  const issuer = `${app.url}/s/${slug}`
  let answer: { status: number; challenge?: string; document?: object } = { status: 200 }
  const mcp = await listenOnLoopback(0, (origin) => (request, response) => {
    const {
      status,
      challenge = `Bearer resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"`,
    } = answer
    if (request.url === '/mcp')
      response.writeHead(status, status === 401 && challenge ? { 'www-authenticate': challenge } : {}).end()
    else if (request.url?.endsWith('/mcp') && answer.document)
      response
        .writeHead(200, { 'content-type': 'application/json', 'access-control-allow-origin': '*' })
        .end(JSON.stringify(answer.document))
    else response.writeHead(404).end()
  })
  stops.push(mcp.close)
  const resource = `${mcp.origin}/mcp`
  const upstream = await realProvider({ redirectUri: callbackOf(app, slug) })
  const fixture = await admit(app, slug, { resource, issuer: upstream })
  const right = { resource, authorization_servers: [issuer] }
  const cases: readonly [typeof answer, readonly string[]][] = [
    [{ status: 200, document: right }, ['refusal']],
    [{ status: 401, challenge: '' }, ['challenge', 'metadata']],
    [{ status: 401, document: { ...right, resource: `${resource}/` } }, ['resource']],
    [{ status: 401, document: { ...right, resource: resource.replace('http', 'https') } }, ['resource']],
    [
      { status: 401, document: { ...right, authorization_servers: ['https://login.example.org'] } },
      ['authorization_servers'],
    ],
    [{ status: 401, document: right }, []],
  ]
  for (const [how, checks] of cases) {
    answer = how
    const { code, findings } = await fixture.consult()
    expect(
      problems(findings).map(({ check }) => check),
      JSON.stringify(how),
    ).toEqual(checks)
    expect(code).toBe(checks.length > 0 ? 1 : 0)
  }
})
