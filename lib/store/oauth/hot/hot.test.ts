import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clients } from '@/drizzle/schema/clients'
import { grants, upstreamTokens } from '@/drizzle/schema/grants'
import { users } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import type { Client, Grant, RefreshToken, Server } from '@/lib/oauth/model'
import type { Redemption, RememberedVersions, Renewal } from '@/lib/oauth/ports/tokens'
import { requestTimelineStore } from '@/lib/store/read/request-timelines'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import {
  complete,
  completedLogin,
  later,
  newRequest,
  random,
  randomHash,
  refreshToken,
  times,
} from '@/lib/store/test-support/store-under-test'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const REMEMBERED: RememberedVersions = { server: 1, client: 1 }

let server: Server
let client: Client
let requestId: string
let grant: Grant & { readonly userId: string }
beforeEach(async () => {
  await store.setClock(later(31))
  const made = await newRequest(store)
  ;[server, client, requestId] = [made.server, made.client, made.request.id]
  grant = await complete(
    store,
    completedLogin(
      { server, request: { ...made.request, clientNonce: 'n' } },
      { identity: { authTime: later(-90) }, upstreamTokens: { expiresAt: later(10_000) } },
    ),
  )
})

const { id: _, ...accessToken } = {
  id: '',
  audience: 'https://mcp.example/mcp',
  issuedAt: later(31),
  expiresAt: later(3_631),
}
const newAccessToken = () => ({ ...accessToken, hash: randomHash(), id: random() })

const changes: readonly [string, () => Promise<unknown>][] = [
  [
    'the server has changed',
    () => store.db.update(servers).set({ name: 'Another' }).where(eq(servers.id, server.id)),
  ],
  [
    'the client has changed',
    () => store.db.update(clients).set({ name: 'Another' }).where(eq(clients.id, client.id)),
  ],
  [
    'the client is blocked',
    () =>
      store.db
        .update(clients)
        .set({ blockedAt: later(31) })
        .where(eq(clients.id, client.id)),
  ],
  [
    'the user is blocked',
    () =>
      store.db
        .update(users)
        .set({ blockedAt: later(31) })
        .where(eq(users.id, grant.userId)),
  ],
  [
    'the grant is revoked',
    () => store.grants.revoke(grant.id, { reason: 'revoked_by_operator', at: later(31) }),
  ],
]

const tokenGrant = () => {
  const { id, userId, clientId, scope, claims, nonce, authTime } = grant
  return { id, userId, clientId, scope, claims, nonce, authTime }
}

describe('a code whose server and client are remembered', () => {
  const redeem = (changed: Partial<Redemption> = {}) =>
    store.grants.redeem({
      grantId: grant.id,
      serverId: server.id,
      clientRowId: client.id,
      codeHash: randomHash(),
      remembered: REMEMBERED,
      ...changed,
    })

  it('becomes all that goes with it', async () => {
    const [first, access] = [refreshToken(grant.id, { network: '203.0.113.0/24' }), newAccessToken()]
    expect(await redeem({ refreshToken: first, accessToken: access })).toEqual(tokenGrant())
    expect((await store.refreshTokens.find(first.hash))?.token).toEqual(first)
    expect((await store.accessTokens.find(access.hash))?.token).toEqual({
      ...access,
      grantId: grant.id,
      scope: grant.scope,
    })
    const [row] = await store.db.execute(
      sql`select reference, first_token_at is not null as used
        from authorization_requests as request join clients on clients.id = request.client_row_id where request.id = ${requestId}`,
    )
    expect(row).toMatchObject({ used: true })
    const { timeline } = (await requestTimelineStore(store.db).find(String(row?.reference))) ?? {}
    expect(timeline?.at(-1)).toMatchObject({ step: 'token', outcome: 'ok' })
  })

  it('keeps the network with the grant where no refresh token does', async () => {
    await redeem({ network: '203.0.113.0/24' })
    const [row] = await store.db.select().from(grants).where(eq(grants.id, grant.id))
    expect(row?.network).toBe('203.0.113.0/24')
  })

  it('goes to one of 50 who bring it at once', async () => {
    const codeHash = randomHash()
    const redeemed = await Promise.all(times(50, () => redeem({ codeHash })))
    expect(redeemed.filter((one) => one !== null)).toHaveLength(1)
  })

  it.each(changes)('finds nothing where %s', async (_name, change) => {
    await change()
    const first = refreshToken(grant.id)
    expect(await redeem({ refreshToken: first })).toBeNull()
    expect(await store.refreshTokens.find(first.hash)).toBeNull()
  })

  it('finds nothing at another server or client', async () => {
    expect(await redeem({ serverId: random() })).toBeNull()
    expect(await redeem({ clientRowId: random() })).toBeNull()
    expect(await redeem()).not.toBeNull()
  })
})

describe('a refresh token whose server and client are remembered', () => {
  let token: RefreshToken
  beforeEach(async () => {
    token = refreshToken(grant.id)
    const codeHash = randomHash()
    await store.grants.redeem({
      grantId: grant.id,
      serverId: server.id,
      clientRowId: client.id,
      codeHash,
      refreshToken: token,
    })
  })

  const renew = (changed: Partial<Renewal> = {}, successor = refreshToken(grant.id)) =>
    store.refreshTokens.renew({
      presented: token,
      serverId: server.id,
      clientRowId: client.id,
      remembered: REMEMBERED,
      successor,
      familyLifetime: 1_000_000,
      upstreamMaxAge: 1_000,
      ...changed,
    })

  it('is exchanged for its successor', async () => {
    const [successor, access] = [refreshToken(grant.id, { network: '203.0.113.0/24' }), newAccessToken()]
    await store.setClock(later(100))
    expect(await renew({ accessToken: access }, successor)).toEqual(tokenGrant())
    expect((await store.refreshTokens.find(token.hash))?.token).toEqual({ ...token, rotatedAt: later(100) })
    expect((await store.refreshTokens.find(successor.hash))?.token).toEqual(successor)
    expect((await store.accessTokens.find(access.hash))?.token).toMatchObject({ scope: grant.scope })
  })

  it('has a successor that ends with its family', async () => {
    const successor = refreshToken(grant.id, { expiresAt: later(1_000) })
    await renew({ familyLifetime: 500 }, successor)
    expect((await store.refreshTokens.find(successor.hash))?.token.expiresAt).toEqual(later(530))
  })

  it('gives less on demand, and finds nothing where more is demanded', async () => {
    const access = newAccessToken()
    expect(await renew({ scope: ['files:write'] })).toBeNull()
    expect(await renew({ scope: ['files:read', 'files:write'] })).toBeNull()
    expect(await renew({ scope: ['files:read'], accessToken: access })).not.toBeNull()
    expect((await store.accessTokens.find(access.hash))?.token.scope).toEqual(['files:read'])
  })

  it('goes to one of 50 who bring it at once', async () => {
    const renewed = await Promise.all(times(50, () => renew()))
    expect(renewed.filter((one) => one !== null)).toHaveLength(1)
  })

  it.each<readonly [string, () => Promise<unknown>]>([
    ...changes,
    ['it was spent', () => store.refreshTokens.rotate(token.hash, { successor: token, grace: 60 })],
    ['it has expired', () => store.setClock(token.expiresAt)],
    [
      'the upstream token is old',
      () =>
        store.db
          .update(upstreamTokens)
          .set({ refreshToken: 'sealed', updatedAt: later(31 - 1_000) })
          .where(eq(upstreamTokens.grantId, grant.id)),
    ],
    [
      'the upstream token has expired',
      () =>
        store.db
          .update(upstreamTokens)
          .set({ expiresAt: later(31) })
          .where(eq(upstreamTokens.grantId, grant.id)),
    ],
  ])('finds nothing where %s', async (_name, change) => {
    await change()
    const successor = refreshToken(grant.id)
    expect(await renew({}, successor)).toBeNull()
    expect(await store.refreshTokens.find(successor.hash)).toBeNull()
  })

  it('finds nothing at another server or client, or with another nonce or key', async () => {
    expect(await renew({ serverId: random() })).toBeNull()
    expect(await renew({ clientRowId: random() })).toBeNull()
    expect(await renew({ presented: { ...token, nonce: random() } })).toBeNull()
    expect(await renew({ presented: { ...token, keyId: 'k2' } })).toBeNull()
    expect(await renew()).not.toBeNull()
  })
})

describe('an access token that is looked at', () => {
  const signed = () => store.accessTokens.isLiveSigned({ id: random(), grantId: grant.id }, server)

  it('is told of as it is', async () => {
    const token = { ...newAccessToken(), grantId: grant.id, scope: ['files:read'] }
    await store.accessTokens.save(token)
    const { hash, grantId: _grantId, ...told } = token
    expect(await store.accessTokens.findLive(hash, server)).toEqual({ token: told, grant: tokenGrant() })
    expect(await store.accessTokens.findLive(hash, { id: random() })).toBeNull()
    expect(await store.accessTokens.findLive(randomHash(), server)).toBeNull()
  })

  it.each(changes.slice(2))('is dead where %s', async (_name, change) => {
    const token = { ...newAccessToken(), grantId: grant.id, scope: [] }
    await store.accessTokens.save(token)
    expect([await signed(), (await store.accessTokens.findLive(token.hash, server)) !== null]).toEqual([
      true,
      true,
    ])
    await change()
    expect([await signed(), await store.accessTokens.findLive(token.hash, server)]).toEqual([false, null])
  })

  it('that is signed is dead when it was revoked alone, and at another server', async () => {
    const token = { id: random(), grantId: grant.id }
    await store.accessTokens.revokeSigned({ ...token, expiresAt: later(3_631) }, later(31))
    expect(await store.accessTokens.isLiveSigned(token, server)).toBe(false)
    expect(await store.accessTokens.isLiveSigned({ ...token, id: random() }, { id: random() })).toBe(false)
    expect(await signed()).toBe(true)
  })
})
