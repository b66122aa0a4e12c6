import { createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest'
import { connections } from '@/drizzle/schema/organizations'
import { keyring } from '@/lib/crypto/keyring'
import { sealer as createSealer } from '@/lib/crypto/seal'
import type { Handlers } from '@/lib/http/node/mount'
import type { Client, Server } from '@/lib/oauth/model'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { redisChallenges } from '@/lib/store/challenges/redis'
import { upstashChallenges } from '@/lib/store/challenges/upstash'
import { connectionSecretContext } from '@/lib/store/database/sealed-contexts'
import {
  insertConnection,
  insertServer,
  openStore,
  type PostgresUnderTest,
} from '@/lib/store/test-support/open-store'
import {
  complete,
  completedLogin,
  later,
  newClient,
  newRequest,
} from '@/lib/store/test-support/store-under-test'
import {
  type MisbehavingProvider,
  startMisbehavingProvider,
} from '@/lib/upstream/test-support/misbehaving-provider'
import { type CountedPostgres, countPostgres } from '@/test/counted-postgres'
import { type CountedRedis, countRedis } from '@/test/counted-redis'
import { startRedis, type TestRedis } from '@/test/redis-server'
import { openRespConnection, type RespConnection } from '@/test/resp-connection'
import { startUpstashBridge } from '@/test/upstash-bridge'
import { openBrowser } from './test-support/endpoint-browser'

const ORIGIN = 'http://localhost:3000'
const SECRET = 'vst_rs_the-resource-server-of-this-test'
const VERIFIER = 'a'.repeat(43)
const REDIRECT = 'http://127.0.0.1:3456/callback'

let store: PostgresUnderTest
let postgres: CountedPostgres
let redis: TestRedis
let counted: CountedRedis
let resp: RespConnection
let dataDir: string
let endpoints: (path: string) => Handlers | undefined
let provider: MisbehavingProvider

/** A server and a client of it. */
type Site = { readonly server: Server; readonly client: Client }
/** Whose access tokens are signed, and whose are opaque. */
const sites: Site[] = []

beforeAll(async () => {
  store = await openStore()
  postgres = await countPostgres(store.url)
  redis = await startRedis()
  counted = await countRedis(redis.url)
  resp = await openRespConnection(redis.url)
  provider = await startMisbehavingProvider()
  dataDir = await mkdtemp(path.join(tmpdir(), 'vestibule-trips-'))
  const key = randomBytes(32)
  const environment = {
    VESTIBULE_KEYS: `k1:${key.toString('base64')}`,
    PUBLIC_URL: ORIGIN,
    DATABASE_URL: postgres.url,
    REDIS_URL: counted.url,
    DATA_DIR: dataDir,
  }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
  const issuer = { issuer: ORIGIN, isDefault: true, resourceSecretHash: hashSecret(SECRET) }
  const connection = await insertConnection(store.db, store.sealer)
  const sealed = createSealer(keyring([{ id: 'k1', key }])).seal(
    provider.clientSecret,
    connectionSecretContext(connection.id),
  )
  await store.db
    .update(connections)
    .set({ settings: { issuer: provider.issuer }, clientId: provider.clientId, clientSecret: sealed })
    .where(eq(connections.id, connection.id))
  const server = await insertServer(store.db, connection, issuer)
  const opaque = await insertServer(store.db, await insertConnection(store.db, store.sealer), {
    issuer: `${ORIGIN}/s/opaque`,
    tokenFormat: 'opaque',
    resourceSecretHash: hashSecret(SECRET),
  })
  for (const one of [server, opaque])
    sites.push({ server: one, client: await store.clients.register(newClient(one.id)) })
  const { ENDPOINTS, PAGES } = await import('@/app/endpoints')
  const { endpointFinder } = await import('@/lib/http/node/mount')
  endpoints = endpointFinder([...ENDPOINTS, ...PAGES])
})
afterAll(async () => {
  vi.unstubAllEnvs()
  resp?.close()
  counted?.close()
  await redis?.close()
  await provider?.stop()
  postgres?.close()
  await store?.close()
  await rm(dataDir, { recursive: true, force: true })
})

async function post(
  site: Site,
  route: string,
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
) {
  const body = new URLSearchParams(form)
  const request = new Request(site.server.issuer.replace(ORIGIN, 'http://localhost') + route, {
    method: 'POST',
    headers: { host: 'localhost:3000', ...headers },
    body,
  })
  const response = await endpoints(route)?.POST?.(request)
  const answer: Record<string, string> = await response?.json()
  expect([response?.status, answer]).toEqual([200, expect.anything()])
  return answer
}

/** A code as the callback leaves it. */
async function newCode({ server, client }: Site): Promise<string> {
  const { request } = await newRequest(store, { server, client })
  const grant = await complete(
    store,
    completedLogin({ server, request }, { upstreamTokens: { expiresAt: new Date(Date.now() + 3_600_000) } }),
    // Just now, so that the identity provider has not to be asked.
    (Date.now() - later(0).getTime()) / 1000,
  )
  const code = `vst_code_${randomBytes(32).toString('base64url')}`
  const codeChallenge = createHash('sha256').update(VERIFIER).digest('base64url')
  const record = {
    codeChallenge,
    serverId: server.id,
    clientId: client.clientId,
    redirectUri: REDIRECT,
    grantId: grant.id,
    requestId: request.id,
  }
  const challenges = redisChallenges(redis.url)
  await challenges.saveCode(hashSecret(code), record, 60)
  await challenges.close()
  return code
}

const exchange = (site: Site, code: string) =>
  post(site, '/oauth/token', {
    grant_type: 'authorization_code',
    code,
    code_verifier: VERIFIER,
    redirect_uri: REDIRECT,
    client_id: site.client.clientId,
  })
const refresh = (site: Site, refresh_token = '', further = {}) =>
  post(site, '/oauth/token', {
    grant_type: 'refresh_token',
    refresh_token,
    client_id: site.client.clientId,
    ...further,
  })
const introspect = (site: Site, token = '') =>
  post(site, '/oauth/introspect', { token }, { authorization: `Bearer ${SECRET}` })

async function redisCommands(): Promise<number> {
  const [info] = await resp.send([['INFO', 'commandstats']])
  const calls = [...String(info).matchAll(/cmdstat_(\w+):calls=(\d+)/g)].filter(([, name]) => name !== 'info')
  // What a script does is done on the way.
  return calls
    .filter(([, name]) => name === 'evalsha' || name === 'eval')
    .reduce((sum, [, , count]) => sum + Number(count), 0)
}

/** What an operation sends to Postgres and Redis. Each busy instance also reports once a second, whatever it does. */
async function trips<T>(operation: () => Promise<T>) {
  const before = await redisCommands()
  postgres.statements()
  const result = await operation()
  const statements = postgres.statements().filter((text) => !/^\s*update "instances"/.test(text))
  return { result, trips: { statements: statements.length, redis: (await redisCommands()) - before } }
}

const ONE = { statements: 1, redis: 0 }

it.each([
  ['signed', 0],
  ['opaque', 1],
])('are as few as can be with %s access tokens', async (_, index) => {
  const site = sites[index]
  if (!site) throw new Error('no such site')
  // Connects, makes a key, and fills the memory.
  const first = await exchange(site, await newCode(site))
  await introspect(site, (await refresh(site, first.refresh_token)).access_token)

  const code = await newCode(site)
  const exchanged = await trips(() => exchange(site, code))
  const refreshed = await trips(() => refresh(site, exchanged.result.refresh_token))
  const narrowed = await trips(() =>
    refresh(site, refreshed.result.refresh_token, { scope: 'files:read', resource: site.server.resource }),
  )
  const introspected = await trips(() => introspect(site, narrowed.result.access_token))
  expect(introspected.result).toMatchObject({ active: true })
  expect(exchanged.trips).toEqual({ statements: 1, redis: 1 })
  expect([refreshed, narrowed, introspected].map((one) => one.trips)).toEqual([ONE, ONE, ONE])
})

const leadsTo = (response: Response) => response.headers.get('location') ?? ''

it('are ten statements from authorize to the code, and one step to Redis at authorize', async () => {
  const [{ client }] = sites as [Site]
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: REDIRECT,
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
  })
  let steps = 0
  const logIn = async () => {
    const browse = openBrowser(ORIGIN, endpoints)
    counted.steps()
    const begun = await trips(() => browse(`/oauth/authorize?${query}`))
    steps = counted.steps()
    const opened = await trips(() => browse(leadsTo(begun.result)))
    const shown = await trips(() => browse(leadsTo(opened.result)))
    const hidden = (await shown.result.text()).matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)
    const form = Object.fromEntries([...hidden].map(([, name = '', value = '']) => [name, value]))
    const allowed = await trips(() => browse('/oauth/consent/decision', { ...form, decision: 'allow' }))
    const signedIn = await fetch(leadsTo(allowed.result), { redirect: 'manual' })
    const returned = await trips(() => browse(leadsTo(signedIn)))
    expect(leadsTo(returned.result)).toContain('code=vst_code_')
    return [begun, opened, shown, allowed, returned].map(({ trips: { statements } }) => statements)
  }
  await logIn()
  const ofKnown = await logIn()
  provider.misbehave({ idTokenClaims: { sub: 'somebody-new' } })
  const ofNew = await logIn()
  // The limits that instances share and the challenge go together.
  expect(steps).toBe(1)
  // At the callback: the attempt; and in a transaction the user, what a known one allowed before, and the rest.
  expect([ofKnown, ofNew]).toEqual([
    [1, 1, 1, 1, 6],
    [1, 1, 1, 1, 5],
  ])
})

it('are one statement for a registration', async () => {
  const [{ server }] = sites as [Site]
  const register = async () => {
    const body = JSON.stringify({ redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' })
    const headers = { host: 'localhost:3000', 'content-type': 'application/json' }
    const request = new Request(`http://localhost/oauth/register`, { method: 'POST', headers, body })
    const response = await endpoints('/oauth/register')?.POST?.(request)
    expect(response?.status).toBe(201)
    const registered: { client_id?: string } = await response?.json()
    expect(await store.clients.find(server.id, registered.client_id ?? '')).not.toBeNull()
  }
  // The first one counts.
  await register()
  const { trips: registered } = await trips(register)
  expect(registered.statements).toBe(1)
})

it('are one request to Upstash for the code of an exchange', async () => {
  const bridge = await startUpstashBridge(redis.url, 'test-token')
  onTestFinished(() => bridge.close())
  const challenges = upstashChallenges({ url: bridge.url, token: 'test-token' })
  const record = { codeChallenge: 'c', serverId: 's', clientId: 'c', redirectUri: REDIRECT }
  const redeem = async () => {
    const hash = hashSecret(randomBytes(16).toString('hex'))
    await challenges.saveCode(hash, { ...record, grantId: 'g', requestId: 'r' }, 60)
    const before = bridge.requests()
    expect(await challenges.redeemCode(hash, record, 600)).toMatchObject({ outcome: 'redeemed' })
    return bridge.requests() - before
  }
  // The first may have to bring the script.
  await redeem()
  expect(await redeem()).toBe(1)
})
