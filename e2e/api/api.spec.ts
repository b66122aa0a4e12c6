import postgres from 'postgres'
import { startMigratedPostgres, type TestDatabase } from '@/test/postgres'
import { type App, startApp } from '../support/app'
import { expect, test } from '../support/test'

/** A program that talks to the API as any HTTP client would. */
function caller(app: App, key?: string) {
  return async (method: string, path: string, body?: object, headers: Record<string, string> = {}) => {
    const response = await fetch(`${app.url}/api/v1${path}`, {
      method,
      headers: {
        ...(key && { authorization: `Bearer ${key}` }),
        ...(body && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = /json$/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }
}

/** The first key comes from the command line, which needs none. */
async function installationKey(app: App): Promise<string> {
  const { code, stdout, stderr } = await app.cli(['api-keys', 'create', '--installation', '--name', 'tests'])
  expect([code, stderr]).toEqual([0, ''])
  expect(stdout).toMatch(/^vst_key_[\w-]{43}\n$/)
  return stdout.trim()
}

/** A thousand with `npm run matrix -- organizations`. */
const ORGANIZATIONS = Number(process.env.ORGANIZATIONS ?? 100)

test.describe('the management API', () => {
  let app: App
  let database: TestDatabase
  test.beforeAll(async () => {
    database = await startMigratedPostgres()
    app = await startApp({ DATABASE_URL: database.url })
  })
  test.afterAll(async () => {
    await app?.stop()
    await database?.close()
  })

  test('sets a customer up from nothing, and serves it at once', async () => {
    const root = caller(app, await installationKey(app))
    expect((await root('POST', '/organizations', { slug: 'acme', name: 'Acme' })).status).toBe(201)
    const made = await root('POST', '/organizations/acme/keys', { name: 'terraform', role: 'admin' })
    const acme = caller(app, made.body.key)
    const connection = {
      type: 'oidc',
      issuer: 'https://login.example',
      client_id: 'v',
      client_secret: 'hush',
    }
    const login = await acme('PUT', '/organizations/acme/connections/login', connection)
    expect(login).toMatchObject({ status: 201, body: { has_client_secret: true } })
    const entry = { name: 'Files', resource: 'https://files.example/mcp', connection: 'login' }
    const server = await acme('PUT', '/organizations/acme/servers/files', entry)
    expect(server.status).toBe(201)
    const metadata = await fetch(
      `${app.url}/.well-known/oauth-authorization-server${new URL(server.body.issuer).pathname}`,
    )
    expect(await metadata.json()).toMatchObject({ issuer: server.body.issuer })
    const log = await acme('GET', '/organizations/acme/audit-log', undefined, { accept: 'application/jsonl' })
    expect(log.body.trimEnd().split('\n')).toHaveLength(4)
    expect(app.output() + log.body).not.toMatch(/hush|vst_key_/)
  })

  test('a customer whose changes wait holds up no token of anybody', async () => {
    const root = caller(app, await installationKey(app))
    const connection = {
      type: 'oidc',
      issuer: 'https://login.example',
      client_id: 'v',
      client_secret: 'hush',
    }
    await root('POST', '/organizations', { slug: 'busy', name: 'Busy' })
    await root('PUT', '/organizations/busy/connections/login', connection)
    const entry = { name: 'Busy', resource: 'https://busy.example/mcp', connection: 'login' }
    const { body: server } = await root('PUT', '/organizations/busy/servers/busy', entry)
    const sql = postgres(database.url, { max: 1 })
    const held = await sql.reserve()
    // What another instance does while it changes the configuration.
    await held`select pg_advisory_lock(7165066918303855986)`
    const put = (i: number) =>
      root('PUT', '/organizations/busy/connections/login', { ...connection, name: `Name ${i}` })
    const changes = Promise.all(Array.from({ length: 120 }, (_, i) => put(i)))
    const waiting = async () => {
      const [row] = await held`select count(*)::int as waiting from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`
      return row?.waiting
    }
    await expect.poll(waiting).toBe(1)
    const ask = () =>
      fetch(`${server.issuer}/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'none', client_id: 'none' }),
      })
    const answers = await Promise.all(Array.from({ length: 40 }, ask))
    expect([...new Set(answers.map(({ status }) => status))]).toEqual([401])
    expect(await waiting()).toBe(1)
    await held`select pg_advisory_unlock(7165066918303855986)`
    held.release()
    await sql.end()
    const statuses = new Set((await changes).map(({ status }) => status))
    for (const status of statuses) expect([200, 429]).toContain(status)
    expect(statuses).toEqual(new Set([200, 429]))
  })

  test('its description is public', async () => {
    const { status, headers, body } = await caller(app)('GET', '/openapi.json')
    expect([status, headers.get('access-control-allow-origin'), body.openapi]).toEqual([200, '*', '3.1.0'])
    expect(body.servers).toEqual([{ url: `${app.url}/api/v1` }])
  })

  test(`takes ${ORGANIZATIONS} organizations, each with a connection and a server`, async () => {
    const root = caller(app, await installationKey(app))
    const connection = {
      type: 'oidc',
      issuer: 'https://login.example',
      client_id: 'v',
      client_secret: 'hush',
    }
    const enter = async (i: number) => {
      const slug = `customer-${String(i).padStart(4, '0')}`
      const entry = { name: `Files ${i}`, resource: `https://${slug}.example/mcp`, connection: 'login' }
      const answers = [
        await root('POST', '/organizations', { slug, name: `Customer ${i}` }),
        await root('PUT', `/organizations/${slug}/connections/login`, connection),
        await root('PUT', `/organizations/${slug}/servers/${slug}`, entry),
      ]
      expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
    }
    const waiting = Array.from({ length: ORGANIZATIONS }, (_, i) => i)
    const worker = async () => {
      for (let i = waiting.shift(); i !== undefined; i = waiting.shift()) await enter(i)
    }
    await Promise.all([worker(), worker(), worker(), worker()])
    const seen: string[] = []
    let next: string | undefined
    do {
      const { body } = await root(
        'GET',
        `/organizations?limit=${ORGANIZATIONS / 5}${next ? `&after=${next}` : ''}`,
      )
      seen.push(...body.items.map(({ slug }: { slug: string }) => slug))
      next = body.next
    } while (next)
    const imported = seen.filter((slug) => slug.startsWith('customer-'))
    expect(imported).toHaveLength(ORGANIZATIONS)
    expect(imported).toEqual([...new Set(imported)].toSorted())
    const slug = imported.at(-1)
    const last = await root('GET', `/organizations/${slug}/servers/${slug}`)
    expect(last.body).toMatchObject({ issuer: `${app.url}/s/${slug}` })
  })
})
