import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { clients } from '@/drizzle/schema/clients'
import { consents, grants, upstreamTokens } from '@/drizzle/schema/grants'
import { upstreamTokenContext } from '@/lib/store/database/sealed-contexts'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import {
  complete,
  completedLogin,
  event,
  later,
  loginAttempt,
  newGrant,
  newRequest,
  random,
  redeemAt,
  times,
} from '@/lib/store/test-support/store-under-test'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const requestRow = async (id: string) => {
  const [row] = await store.db.select().from(authorizationRequests).where(eq(authorizationRequests.id, id))
  return row!
}

describe('upstream tokens', () => {
  it('are sealed, each to its row and column [AS-32 PX-16 RFC-43 H-47]', async () => {
    const { grant } = await newGrant(store)
    const other = await newGrant(store)
    const [row] = await store.db.select().from(upstreamTokens).where(eq(upstreamTokens.grantId, grant.id))
    const sealed = row!.refreshToken!
    expect(JSON.stringify(row)).not.toMatch(/upstream-(access|refresh)/)
    expect(row!.idToken).toBeNull()
    const open = (grantId: string, column: 'access_token' | 'refresh_token') =>
      store.sealer.open(sealed, upstreamTokenContext(grantId, column))
    expect(open(grant.id, 'refresh_token')).toBe('upstream-refresh')
    expect(() => open(grant.id, 'access_token')).toThrow()
    expect(() => open(other.grant.id, 'refresh_token')).toThrow()
  })
})

describe('login attempts', () => {
  it('are sealed, and forgotten with the end of the request [RFC-43]', async () => {
    const made = await newRequest(store)
    const attempt = loginAttempt()
    const decision = { attempt, expiresAt: later(700), event: event({ at: later(10), step: 'decision' }) }
    await store.requests.allow(made.request.id, decision)
    expect(JSON.stringify(await requestRow(made.request.id))).not.toContain(attempt.codeVerifier)
    await store.logins.complete(completedLogin(made), later(30))
    expect(await requestRow(made.request.id)).toMatchObject({
      outcome: 'completed',
      stateHash: null,
      nonce: null,
      codeVerifier: null,
    })
  })
})

describe('timelines', () => {
  it('tell the whole visit in order [PX-19]', async () => {
    const { request, grant } = await newGrant(store)
    await store.requests.record(request.id, event({ step: 'code', at: later(31), detail: "it's issued" }))
    const { timeline, grantId } = await requestRow(request.id)
    expect(timeline.map(({ step }) => step)).toEqual(['authorize', 'callback', 'code'])
    expect(timeline[2]).toEqual({
      step: 'code',
      at: later(31).toISOString(),
      outcome: 'ok',
      reason: 'ok',
      detail: "it's issued",
    })
    expect(grantId).toBe(grant.id)
  })

  it('lose no line to concurrent writers, and stop growing [H-55]', async () => {
    const { request } = await newRequest(store)
    await Promise.all(times(40, () => store.requests.record(request.id, event({ step: 'consent' }))))
    expect((await requestRow(request.id)).timeline).toHaveLength(41)
    await Promise.all(times(80, () => store.requests.record(request.id, event({ step: 'consent' }))))
    expect((await requestRow(request.id)).timeline).toHaveLength(100)
  })

  it('keep what was presented in a refused request, cut short', async () => {
    const server = await store.newServer()
    const reference = await store.requests.refuse({
      serverId: server.id,
      clientId: 'x'.repeat(300),
      event: event({ outcome: 'failed', reason: 'unknown_client' }),
    })
    const [row] = await store.db
      .select()
      .from(authorizationRequests)
      .where(eq(authorizationRequests.reference, reference))
    expect(row).toMatchObject({ outcome: 'refused', clientId: 'x'.repeat(200), clientRowId: null })
    expect(row?.timeline).toMatchObject([{ reason: 'unknown_client' }])
  })
})

describe('a failed completion', () => {
  it('leaves no grant, token or consent behind', async () => {
    const made = await newRequest(store)
    await store.requests.deny(made.request.id, event({ at: later(20) }))
    expect(await store.logins.complete(completedLogin(made), later(30))).toEqual({ outcome: 'request_over' })
    const clientRow = made.client.id
    expect(await store.db.select().from(grants).where(eq(grants.clientRowId, clientRow))).toEqual([])
    expect(await store.db.select().from(consents).where(eq(consents.clientRowId, clientRow))).toEqual([])
  })
})

describe('consents', () => {
  it('unite the scopes that a user allowed for the same client, redirect URI and resource [PX-3]', async () => {
    const identity = { subject: random() }
    const first = await newRequest(store)
    await store.logins.complete(completedLogin(first, { identity }), later(30))
    const second = await newRequest(store, first)
    const wider = { ...second, request: { ...second.request, scope: ['files:write', 'files:read'] } }
    await store.logins.complete(completedLogin(wider, { identity }), later(60))
    const rows = await store.db.select().from(consents).where(eq(consents.clientRowId, first.client.id))
    expect(rows).toHaveLength(1)
    expect([...rows[0]!.scope].sort()).toEqual(['files:read', 'files:write'])
    expect(rows[0]).toMatchObject({ createdAt: later(30), updatedAt: later(60) })
  })
})

describe('clients', () => {
  it('are marked at their first tokens, once', async () => {
    const { grant, ...made } = await newGrant(store)
    const firstTokenAt = async () => {
      const [row] = await store.db.select().from(clients).where(eq(clients.id, made.client.id))
      return row?.firstTokenAt
    }
    expect(await firstTokenAt()).toBeNull()
    await redeemAt(store, 31, grant)
    expect(await firstTokenAt()).toEqual(later(31))
    const again = await newRequest(store, made)
    const next = await complete(store, completedLogin(again), 60)
    await redeemAt(store, 61, next)
    expect(await firstTokenAt()).toEqual(later(31))
  })
})
