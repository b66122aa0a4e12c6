import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { grants } from '@/drizzle/schema/grants'
import { servers } from '@/drizzle/schema/servers'
import { keyring } from '@/lib/crypto/keyring'
import { secrets } from '@/lib/crypto/secrets'
import { tokenSigner } from '@/lib/crypto/signer'
import { postgresChallenges } from '@/lib/store/challenges/postgres'
import { clientDocumentStore } from '@/lib/store/oauth/client-documents'
import { rememberedRows } from '@/lib/store/oauth/remembered'
import { signingKeyStore } from '@/lib/store/oauth/signing-keys'
import { offline } from '@/lib/store/test-support/offline'
import {
  insertConnection,
  insertServer,
  openStore,
  type PostgresUnderTest,
} from '@/lib/store/test-support/open-store'
import { complete, completedLogin, newRequest } from '@/lib/store/test-support/store-under-test'
import { logIn, oidcConnection, upstreamWith } from '@/lib/upstream/test-support/log-in'
import {
  type MisbehavingProvider,
  startMisbehavingProvider,
} from '@/lib/upstream/test-support/misbehaving-provider'
import { introspect } from './access/introspect'
import { Unconfirmed } from './flow/unconfirmed'
import type { Client, Grant, Server } from './model'
import { StoreUnavailable } from './ports/ports'
import type { AccessPolicy } from './protocol/access-rules'
import { OAuthError } from './protocol/errors'
import { hashSecret } from './protocol/secret-hash'
import { userClaims } from './protocol/user-claims'
import type { TokenResponse } from './token/issue'
import { newRefreshToken } from './token/issue'
import { exchange, type TokenEndpointPorts } from './token/token-endpoint'

const SECRET = `vst_rs_${'a'.repeat(43)}`
const STAFF: AccessPolicy = {
  default: 'deny',
  allow: { users: [], when: { claim: 'groups', contains: 'staff' } },
}

let store: PostgresUnderTest
let provider: MisbehavingProvider
let ahead: number
let server: Server
let client: Client
let grant: Grant
let first: string

beforeAll(async () => {
  store = await openStore()
  provider = await startMisbehavingProvider()
})
afterAll(async () => {
  await provider?.stop()
  await store?.close()
})

const clock = () => new Date(Date.now() + ahead * 1000)
const keys = () => signingKeyStore(store.db, store.sealer)

/** One instance, with a memory of its own. */
function instance() {
  const connection = oidcConnection(provider)
  const connections = { find: async () => connection }
  const memory = rememberedRows(store.db, keys())
  const ports: TokenEndpointPorts = {
    ...store,
    ...offline,
    challenges: postgresChallenges(store.db),
    clientDocuments: clientDocumentStore(store.db),
    secrets: secrets(keyring([{ id: 'k1', key: KEY }])),
    signer: tokenSigner(keys(), clock, new Map()),
    clock,
    background: (_: string, work: Promise<unknown>) => void work.catch(() => {}),
    upstream: upstreamWith(connection, { connections, clock }),
  }
  const remembered = { ...ports, clients: { ...ports.clients, ...memory.clients } }

  /** As an endpoint does it: from memory, and again from what is read for it. */
  async function answer<T>(work: (server: Server, ports: TokenEndpointPorts) => Promise<T>): Promise<T> {
    await store.setClock(clock())
    const known = await memory.servers.findByIssuer(server.issuer)
    try {
      if (known) return await work(known, remembered)
    } catch (error) {
      if (!(error instanceof Unconfirmed || error instanceof OAuthError)) throw error
      memory.forget(server, client.clientId)
    }
    const fresh = await store.servers.find(server.id)
    if (!fresh) throw new Error('no server')
    return work(fresh, ports)
  }
  const post = (form: Record<string, string>, authorization?: string) =>
    answer((at, on) => exchange(at, { body: new URLSearchParams(form), authorization }, on))
  return {
    ports,
    refresh: (refresh_token = first) =>
      post({
        grant_type: 'refresh_token',
        client_id: client.clientId,
        refresh_token,
      }) as Promise<TokenResponse>,
    handOff: (subject_token: string) =>
      post(
        {
          grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
          subject_token,
          subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
          requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        },
        `Bearer ${SECRET}`,
      ),
    introspect: (token: string) =>
      answer((at, on) => introspect(at, new URLSearchParams({ token }), `Bearer ${SECRET}`, on)),
  }
}
const KEY = randomBytes(32)

const NOBODY = { claim: 'groups', contains: 'nobody' } as const

const configure = (changes: Partial<typeof servers.$inferInsert>) =>
  store.db.update(servers).set(changes).where(eq(servers.id, server.id))
const rule = (access: AccessPolicy) => configure({ settings: { access } })
const revoked = async () => (await store.grants.find(grant.id))?.revokedAt !== undefined
const refused = expect.objectContaining({ code: 'invalid_grant', status: 400 })
const asked = () => provider.requests.filter(({ body }) => body.get('grant_type') === 'refresh_token').length

/** The provider says this of the user from now on, whenever it is asked. */
const nowIn = (groups: unknown) => provider.misbehave({ refreshing: { idTokenClaims: { groups } } })

/** A login of a member of these groups, redeemed for a refresh token. */
beforeEach(async () => {
  ahead = 0
  provider.misbehave({ idTokenClaims: { groups: ['staff'] } })
  const { identity, tokens } = await logIn(upstreamWith(oidcConnection(provider)))
  provider.requests.length = 0
  nowIn(['staff'])
  const connection = await insertConnection(store.db, store.sealer)
  const offered = [
    { name: 'files:read', description: 'Read', upstreamScopes: [] },
    {
      name: 'files:write',
      description: 'Write',
      upstreamScopes: [],
      when: { claim: 'groups', contains: 'editors' },
    },
  ]
  const opaque = await insertServer(store.db, connection, {
    tokenFormat: 'opaque',
    scopes: offered.map(({ when: _, ...scope }) => scope),
    resourceSecretHash: hashSecret(SECRET),
    handoffScopes: ['email'],
  })
  const made = await newRequest(store, { server: opaque })
  server = made.server
  client = made.client
  const upstreamTokens = { ...tokens, scope: 'email', expiresAt: new Date(Date.now() + 24 * 3600_000) }
  const request = { ...made.request, scope: ['files:read', 'files:write'] }
  const login = completedLogin({ server, request }, { identity, upstreamTokens })
  grant = await complete(store, { ...login, userClaims: userClaims(identity, []) })
  const { ports } = instance()
  first = ports.secrets.token('vst_rt_')
  const refreshToken = newRefreshToken(first, server, { clientRowId: client.id, createdAt: clock() }, ports)
  await store.grants.redeem({
    grantId: grant.id,
    serverId: server.id,
    clientRowId: client.id,
    codeHash: hashSecret(first),
    refreshToken,
  })
  await configure({ scopes: offered })
})

describe('a refresh', () => {
  it('keeps a user who is let in, in one statement from memory, and only the scopes whose condition holds', async () => {
    await rule(STAFF)
    const one = instance()
    const { refresh_token, scope } = await one.refresh()
    expect(scope).toBe('files:read')
    const find = one.ports.refreshTokens.find
    one.ports.refreshTokens.find = () => Promise.reject(new Error('a statement more'))
    await one.refresh(refresh_token)
    one.ports.refreshTokens.find = find
    expect(await revoked()).toBe(false)
  })

  it('asks a changed rule at once, on every instance, and ends the grant', async () => {
    const [one, other] = [instance(), instance()]
    const { refresh_token: second } = await one.refresh()
    const { refresh_token: third } = await other.refresh(second)
    await rule({ ...STAFF, deny: { users: [`sub:${grant.userClaims?.sub}`] } })
    await expect(other.refresh(third)).rejects.toThrow(refused)
    expect(await revoked()).toBe(true)
  })

  it('refuses also while the grant cannot be ended, and again at the next try, which is no reuse', async () => {
    const one = instance()
    const { refresh_token: second } = await one.refresh()
    await rule({ default: 'deny' })
    const down = vi.spyOn(store.grants, 'revoke').mockRejectedValue(new StoreUnavailable('postgres'))
    onTestFinished(() => down.mockRestore())
    await expect(one.refresh(second)).rejects.toThrow(refused)
    expect(await revoked()).toBe(false)
    down.mockRestore()
    await expect(one.refresh(second)).rejects.toThrow(refused)
    const [row] = await store.db.select().from(grants).where(eq(grants.id, grant.id))
    expect(row?.revokedReason).toBe('access_refused')
  })

  it('refuses a user who has left the group at the provider, within the stated age', async () => {
    await rule(STAFF)
    const one = instance()
    const { refresh_token } = await one.refresh()
    nowIn(['visitors'])
    const before = asked()
    const again = await one.refresh(refresh_token)
    expect(asked()).toBe(before)
    ahead = 24 * 3600 + 1
    await expect(one.refresh(again.refresh_token)).rejects.toThrow(refused)
    expect(asked()).toBe(before + 1)
    expect(await revoked()).toBe(true)
  })

  it('gives a scope to a user who has joined its group, where it was granted', async () => {
    nowIn(['staff', 'editors'])
    ahead = 24 * 3600 + 1
    expect((await instance().refresh()).scope).toBe('files:read files:write')
  })

  it('asks the provider what a grant is too old to know', async () => {
    await store.db.update(grants).set({ userClaims: null }).where(eq(grants.id, grant.id))
    await rule(STAFF)
    const one = instance()
    await one.refresh()
    expect(asked()).toBe(1)
    expect((await store.grants.find(grant.id))?.userClaims).toMatchObject({ groups: ['staff'] })
  })

  it('ends nothing while the provider cannot be asked for that', async () => {
    await store.db.update(grants).set({ userClaims: null }).where(eq(grants.id, grant.id))
    await rule(STAFF)
    provider.misbehave({ answers: { refresh: { status: 503 } } })
    await expect(instance().refresh()).rejects.toMatchObject({ code: 'temporarily_unavailable' })
    expect(await revoked()).toBe(false)
  })
})

describe.each(['opaque', 'jwt'] as const)('an access token that is introspected (%s)', (tokenFormat) => {
  it('is told of as the rules are now, in one statement from memory', async () => {
    await configure({ tokenFormat })
    const one = instance()
    await configure({ scopes: server.scopes })
    const { access_token } = await one.refresh()
    expect(await one.introspect(access_token)).toMatchObject({ scope: 'files:read files:write' })
    await configure({
      scopes: [{ name: 'files:write', description: 'Write', upstreamScopes: [], when: NOBODY }],
    })
    expect(await one.introspect(access_token)).toMatchObject({ active: true, scope: 'files:read' })
    await rule({ default: 'deny' })
    expect(await one.introspect(access_token)).toEqual({ active: false })
  })
})

describe('a token exchange', () => {
  it('is refused by a changed rule, and ends the grant', async () => {
    const one = instance()
    const { access_token } = await one.refresh()
    await expect(one.handOff(access_token)).resolves.toHaveProperty('access_token')
    await rule({ default: 'deny' })
    await expect(one.handOff(access_token)).rejects.toThrow(refused)
    expect(await revoked()).toBe(true)
  })

  it('is refused to a user who has left the group, as soon as the provider is asked', async () => {
    await rule(STAFF)
    const one = instance()
    const { access_token } = await one.refresh()
    nowIn([])
    await configure({ settings: { access: STAFF, upstreamMaxAge: 60 } })
    await expect(one.handOff(access_token)).resolves.toHaveProperty('access_token')
    ahead = 61
    await expect(one.handOff(access_token)).rejects.toThrow(refused)
    expect(await revoked()).toBe(true)
  })
})
