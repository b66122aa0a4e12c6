import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apiEndpoint } from '@/lib/api/endpoint'
import { ROUTES } from '@/lib/api/routes/all'
import type { Method } from '@/lib/api/routing'
import { testApi } from '@/lib/api/test-support/api'
import { connect, connectedServices, linkLogin } from '@/lib/test-support/connected'
import { API_COMMANDS } from './api-commands'
import { run } from './run'

const { apply, call, management, newKey, store } = testApi(connectedServices)

let server: Server
let url: string

/** The API behind a real socket. */
beforeAll(async () => {
  server = createServer(async (incoming, outgoing) => {
    const body = await text(incoming)
    const method = incoming.method as Method
    const endpoint = apiEndpoint(async () => ({ ...management(), publicUrl: url }), ROUTES)
    const request = new Request(url + incoming.url, {
      method,
      headers: incoming.headers as Record<string, string>,
      ...(body && { body }),
    })
    const response = await endpoint[method](request)
    outgoing.writeHead(response.status, Object.fromEntries(response.headers)).end(await response.text())
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server?.close())

async function vestibule(args: readonly string[], env: Record<string, string> = {}) {
  const printed = { out: '', err: '' }
  const code = await run(args, {
    env: { VESTIBULE_URL: url, VESTIBULE_API_KEY: await newKey(null), ...env },
    directory: '.',
    open: () => Promise.reject(new Error('the database was opened')),
    locate: () => Promise.reject(new Error('the database was opened')),
    start: () => Promise.reject(new Error('the server was started')),
    out: (line) => {
      printed.out += `${line}\n`
    },
    err: (line) => {
      printed.err += `${line}\n`
    },
  })
  return { code, ...printed }
}

describe('the command line over the API', () => {
  it('lists, shows, creates and changes', async () => {
    await apply()
    const table = await vestibule(['organizations', 'list'])
    expect(table).toMatchObject({ code: 0, err: '' })
    expect(table.out).toMatch(/^SLUG +NAME +CREATED_AT\nacme +Acme Inc +2\S+\nglobex +Globex +2\S+\n$/)
    const made = await vestibule(['organizations', 'create', 'initech', '--name', 'Initech', '--json'])
    expect(JSON.parse(made.out)).toMatchObject({ slug: 'initech', name: 'Initech' })
    const keys = ['api-keys', 'create', 'initech', '--name', 'ci', '--role', 'auditor', '--json']
    expect(JSON.parse((await vestibule(keys)).out)).toMatchObject({ key: expect.stringMatching(/^vst_key_/) })
    const log = await vestibule(['audit', 'list', 'initech'])
    expect(log.out).toContain('api_key.created')
    expect((await vestibule(['servers', 'get', 'acme', 'main'])).out).toContain('https://mcp.acme.com/mcp')
  })

  it('lists logins that are linked to a user, unlinks one, and says what is kept', async () => {
    await apply()
    const main = await connectedServices(store).server('main')
    const { grant } = await connect(store(), main)
    const login = await linkLogin(store(), main, grant.userId)
    const user = ['acme', grant.userId]
    expect((await vestibule(['users', 'linked-logins', ...user])).out).toContain(login)
    const undone = await vestibule(['users', 'unlink', ...user, login, '--json'])
    expect(JSON.parse(undone.out)).toEqual({ count: 0 })
    const exported = await vestibule(['users', 'export', ...user, '--json'])
    expect(JSON.parse(exported.out)).toMatchObject({ user: { id: grant.userId }, linked: [] })
    expect(await vestibule(['retention-times', 'get', 'acme'])).toMatchObject({ code: 0, err: '' })
  })

  it('finds a login and what came of it, and ends that', async () => {
    await apply()
    const { request, grant } = await connect(store(), await connectedServices(store).server('second'))
    const { reference } = request
    expect((await vestibule(['logins', 'list', 'acme'])).out).toMatch(
      new RegExp(`^${reference} .+ second +completed +Inspector +alice@acme.example$`, 'm'),
    )
    const login = JSON.parse((await vestibule(['logins', 'get', 'acme', reference, '--json'])).out)
    const steps = login.timeline.map(({ step }: { readonly step: string }) => step)
    expect([login.grant, ...steps]).toEqual([grant.id, 'authorize', 'callback', 'token'])
    expect((await vestibule(['grants', 'list', 'acme'])).out).toContain(grant.id)
    const ended = await vestibule(['grants', 'revoke', 'acme', grant.id])
    expect(ended).toMatchObject({ code: 0, out: expect.stringMatching(/^offline_until +2/m) })
    expect((await vestibule(['grants', 'list', 'acme'])).out).not.toContain(grant.id)
    expect((await vestibule(['grants', 'get', 'acme', 'x'])).err).toContain('there is no such grant')
  })

  it('tries a webhook, and has sent again what was given up', async () => {
    await apply()
    const body = { url: 'https://receiver.example/hook' }
    const key = await newKey('acme')
    const { id } = (await call('POST', '/organizations/acme/webhooks', { key, body })).body
    expect((await vestibule(['webhooks', 'list', 'acme'])).out).toContain('https://receiver.example/hook')
    const tested = await vestibule(['webhooks', 'test', 'acme', id, '--json'])
    const delivery = JSON.parse(tested.out)
    expect(delivery).toMatchObject({ action: 'webhook.tested', state: 'waiting', attempts: 0 })
    expect((await vestibule(['webhooks', 'deliveries', 'acme', id])).out).toContain(delivery.id)
    expect((await vestibule(['webhooks', 'redeliver', 'acme', id, delivery.id])).code).toBe(0)
    expect((await vestibule(['webhooks', 'redeliver-all', 'acme', id])).out).toBe('count  0\n')
    expect((await vestibule(['webhooks', 'rotate', 'acme', id])).out).toMatch(/^secret +whsec_/m)
    expect((await vestibule(['webhooks', 'delete', 'acme', id])).code).toBe(0)
    expect((await vestibule(['webhooks', 'get', 'acme', id])).err).toContain('there is no such webhook')
  })

  it('has a command for every operation, but those that it carries out on the database', () => {
    const operations = ROUTES.map(({ method, path }) => `${method} ${path}`)
    const asked = new Set(API_COMMANDS.map(({ method, path }) => `${method} ${path}`))
    expect([...asked].filter((one) => !operations.includes(one))).toEqual([])
    const missing = operations.filter((one) => !asked.has(one))
    expect(missing.filter((one) => !/ \/(keys|operators)(\/|$)/.test(one))).toEqual([])
  })

  it('filters the audit log, rotates keys, and ends what one client was given', async () => {
    await apply()
    const people = ['people', 'create', 'acme', 'staff', '--address', 'a@acme.example', '--json']
    const platform = { key: await newKey('acme'), body: { type: 'platform' } }
    await call('PUT', '/organizations/acme/connections/staff', platform)
    const { id, link } = JSON.parse((await vestibule(people)).out)
    expect(link).toContain('/setup/password?link=')
    expect((await vestibule(['people', 'list', 'acme', 'staff'])).out).toContain('a@acme.example')
    expect((await vestibule(['people', 'remove', 'acme', 'staff', id])).out).toBe('count  0\n')
    const log = await vestibule(['audit', 'list', 'acme', '--action', 'person.', '--json'])
    const actions = JSON.parse(log.out).map(({ action }: { readonly action: string }) => action)
    expect(new Set(actions)).toEqual(new Set(['person.removed', 'person.link_issued', 'person.created']))
    expect((await vestibule(['audit', 'check', 'acme'])).out).toMatch(/^intact +true$/m)
    expect((await vestibule(['signing-keys', 'rotate', 'acme', 'main'])).out).toContain('current')
    expect((await vestibule(['signing-keys', 'rotate', 'acme', 'main', '--emergency'])).out).toContain(
      'published_until',
    )
    const { grant, client } = await connect(store(), await connectedServices(store).server('second'))
    expect((await vestibule(['grants', 'revoke-all', 'acme'])).err).toContain('exactly one of')
    expect((await vestibule(['grants', 'revoke-all', 'acme', '--client', client.id])).out).toBe('count  1\n')
    expect((await vestibule(['grants', 'list', 'acme'])).out).not.toContain(grant.id)
    expect((await vestibule(['blocked-clients', 'get', 'acme', client.id])).code).toBe(1)
    await vestibule(['blocked-clients', 'add', 'acme', client.id])
    expect((await vestibule(['blocked-clients', 'get', 'acme', client.id])).out).toContain('blocked_at')
  })

  it('exits with 1 when the API refuses, and says why', async () => {
    await apply()
    expect(await vestibule(['servers', 'get', 'acme', 'nothing'])).toEqual({
      code: 1,
      out: '',
      err: 'There is no such thing: there is no such server\n',
    })
    const taken = await vestibule(['organizations', 'create', 'acme', '--name', 'Acme'])
    expect(taken).toMatchObject({ code: 1, out: '' })
    expect(taken.err).toContain('/slug: another organization has this slug')
    expect(await vestibule(['organizations'], { VESTIBULE_API_KEY: 'wrong' })).toMatchObject({ code: 1 })
  })

  it('sends no key over plain http, and none without a server', async () => {
    const env = { VESTIBULE_URL: 'http://auth.example.com' }
    const refused = async (overrides: Record<string, string>) => {
      const { code, err } = await vestibule(['organizations', 'list'], overrides)
      expect(code).toBe(2)
      return err
    }
    expect(await refused(env)).toContain('https://')
    expect(await refused({ VESTIBULE_API_KEY: '' })).toContain('api-keys create')
    expect(await refused({ VESTIBULE_URL: 'http://127.0.0.1:1' })).toContain('does not answer')
  })
})
