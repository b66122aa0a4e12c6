import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { clients } from '@/drizzle/schema/clients'
import { consents, grants, upstreamTokens } from '@/drizzle/schema/grants'
import { assertionIdStore } from '@/lib/store/oauth/assertion-ids'
import { clientDocumentStore } from '@/lib/store/oauth/client-documents'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import {
  complete,
  completedLogin,
  event,
  later,
  loginAttempt,
  newClient,
  newGrant,
  newRequest,
  random,
  randomHash,
  redeemAt,
  refreshToken,
  rotateAt,
  times,
} from '@/lib/store/test-support/store-under-test'
import { type RetentionCounts, retention } from './runner'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const HOUR = 3_600
const DAY = 24 * HOUR

/** So many seconds after the time of the tests, everything is cleaned. */
const clean = (seconds: number, batch = 1_000): Promise<RetentionCounts> =>
  retention(store.db, batch)(later(seconds))

const countOf = (cleaned: RetentionCounts, what: RegExp) =>
  cleaned.find((kind) => what.test(kind.what))?.count

/** A client that registered at the time of the tests. */
async function registered(overrides: Parameters<typeof newClient>[1] = {}, serverId?: string) {
  const server = serverId ? await store.servers.find(serverId) : await store.newServer()
  const client = await store.clients.register(newClient(server!.id, overrides))
  await store.db
    .update(clients)
    .set({ createdAt: later(0) })
    .where(eq(clients.id, client.id))
  return { server: server!, client }
}

/** Whether the client is known, forgotten with its row in place, or gone. */
async function stateOf({ id }: { readonly id: string }): Promise<'known' | 'forgotten' | 'gone'> {
  const [row] = await store.db.select({ at: clients.deletedAt }).from(clients).where(eq(clients.id, id))
  return row ? (row.at ? 'forgotten' : 'known') : 'gone'
}

const outcomeOf = (request: { readonly id: string }) =>
  store.db.select().from(authorizationRequests).where(eq(authorizationRequests.id, request.id))

const upstreamTokensOf = ({ id }: { readonly id: string }) =>
  store.db.$count(upstreamTokens, eq(upstreamTokens.grantId, id))

describe('registrations', () => {
  it('are deleted after a day without use, and not before [H-52]', async () => {
    const { client } = await registered()
    await clean(DAY - 1)
    expect(await stateOf(client)).toBe('known')
    expect(countOf(await clean(DAY), /never used/)).toBeGreaterThanOrEqual(1)
    expect(await stateOf(client)).toBe('gone')
  })

  it('never go when they ever got a token, whatever became of it [H-53]', async () => {
    const { server, client } = await registered()
    const grant = await complete(store, completedLogin(await newRequest(store, { server, client })))
    await redeemAt(store, 31, grant, refreshToken(grant.id))
    await store.grants.revoke(grant.id, { reason: 'revoked_by_operator', at: later(32) })
    await clean(5 * 365 * DAY)
    expect(await stateOf(client)).toBe('known')
  })

  it('are kept when an operator named them', async () => {
    const fixed = await registered({ kind: 'preregistered' })
    await clean(5 * 365 * DAY)
    expect(await stateOf(fixed.client)).toBe('known')
  })

  it('stay while a login is under way [H-53]', async () => {
    const { server, client } = await registered()
    const { request } = await newRequest(store, { server, client })
    await store.db
      .update(authorizationRequests)
      .set({ expiresAt: later(DAY + 600) })
      .where(eq(authorizationRequests.id, request.id))
    await clean(DAY + 599)
    expect(await stateOf(client)).toBe('known')
    expect(await store.requests.findOpen(request.id, later(DAY + 599))).not.toBeNull()
  })

  it('stay while a code may be under way', async () => {
    const { server, client } = await registered()
    const made = await newRequest(store, { server, client })
    await complete(store, completedLogin(made), 30)
    await store.db
      .update(grants)
      .set({ createdAt: later(DAY - 30) })
      .where(eq(grants.clientRowId, client.id))
    await clean(DAY + 1)
    expect(await stateOf(client)).toBe('known')
  })

  it('are forgotten first and go later when a login was tried, so that its timeline can be read', async () => {
    const { server, client } = await registered()
    const { request } = await newRequest(store, { server, client })
    await clean(DAY)
    expect(await stateOf(client)).toBe('forgotten')
    expect(await store.clients.find(server.id, client.clientId)).toBeNull()
    expect(await store.requests.findReference(request.id)).toBe(request.reference)
    await clean(31 * DAY)
    expect(await store.requests.findReference(request.id)).toBeNull()
    await clean(32 * DAY)
    expect(await stateOf(client)).toBe('gone')
  })

  it('that came to a grant and to no token take it along in the end', async () => {
    const { server, client } = await registered()
    const grant = await complete(store, completedLogin(await newRequest(store, { server, client })))
    expect(await upstreamTokensOf(grant)).toBe(1)
    await clean(2 * DAY + 31)
    expect(await store.grants.find(grant.id)).toBeNull()
    expect(await upstreamTokensOf(grant)).toBe(0)
    await clean(33 * DAY)
    expect(await stateOf(client)).toBe('gone')
    expect(await store.db.$count(consents, eq(consents.clientRowId, client.id))).toBe(0)
  })
})

describe('logins', () => {
  it('that were given up lose their secrets, and no others do', async () => {
    const [open, over] = [await newRequest(store), await newRequest(store)]
    for (const [{ request }, expiresAt] of [
      [open, later(2_000)],
      [over, later(700)],
    ] as const)
      await store.requests.allow(request.id, {
        attempt: loginAttempt(),
        expiresAt,
        event: event({ at: later(10), step: 'decision' }),
      })
    await clean(1_000)
    const secrets = { stateHash: null, nonce: null, codeVerifier: null }
    expect(await outcomeOf(over.request)).toEqual([expect.objectContaining(secrets)])
    expect((await outcomeOf(open.request))[0]?.codeVerifier).toEqual(expect.any(String))
  })

  it('can be read about for thirty days [H-55]', async () => {
    const { request } = await newRequest(store)
    await clean(30 * DAY - 1)
    expect(await outcomeOf(request)).toHaveLength(1)
    await clean(30 * DAY)
    expect(await outcomeOf(request)).toHaveLength(0)
  })
})

describe('grants', () => {
  /** A redeemed grant with a refresh token that expires after so many seconds. */
  async function redeemed(expiresIn: number) {
    const { grant } = await newGrant(store)
    const token = refreshToken(grant.id, { expiresAt: later(expiresIn) })
    await redeemAt(store, 31, grant, token)
    return { grant, token }
  }

  it('keep spent refresh tokens until they would have expired, so that a thief is noticed', async () => {
    const { grant, token } = await redeemed(10 * DAY)
    const next = refreshToken(grant.id, { expiresAt: later(20 * DAY) })
    await rotateAt(store, 100, token.hash, next)
    await clean(10 * DAY)
    expect((await store.refreshTokens.find(token.hash))?.token.rotatedAt).toEqual(later(100))
    await clean(11 * DAY)
    expect(await store.refreshTokens.find(token.hash)).toBeNull()
    expect(await store.refreshTokens.find(next.hash)).not.toBeNull()
    expect(await upstreamTokensOf(grant)).toBe(1)
  })

  it('lose their upstream tokens a day after they were revoked', async () => {
    const { grant } = await redeemed(10 * DAY)
    await store.grants.revoke(grant.id, { reason: 'revoked_by_client', at: later(HOUR) })
    await clean(DAY)
    expect(await upstreamTokensOf(grant)).toBe(1)
    await clean(DAY + HOUR)
    expect(await upstreamTokensOf(grant)).toBe(0)
    expect(await store.grants.find(grant.id)).not.toBeNull()
  })

  it('lose them a day after the last refresh token expired', async () => {
    const { grant } = await redeemed(10 * DAY)
    await clean(11 * DAY - 1)
    expect(await upstreamTokensOf(grant)).toBe(1)
    await clean(11 * DAY)
    expect(await upstreamTokensOf(grant)).toBe(0)
  })

  it('without refresh tokens lose them when no access token can be left', async () => {
    const { grant } = await newGrant(store)
    await redeemAt(store, 31, grant)
    await clean(2 * DAY)
    expect(await upstreamTokensOf(grant)).toBe(1)
    await clean(2 * DAY + 30)
    expect(await upstreamTokensOf(grant)).toBe(0)
    expect(await store.grants.find(grant.id)).not.toBeNull()
  })
})

it('removes what expires by itself', async () => {
  const ids = assertionIdStore(store.db)
  const documents = clientDocumentStore(store.db)
  const { grant } = await newGrant(store)
  const token = { id: random(), grantId: grant.id, expiresAt: later(100) }
  const opaque = { ...token, hash: randomHash(), audience: 'a', scope: [], issuedAt: later(0) }
  const [id, url] = [randomHash(), `https://${random()}.example/client`]
  await store.accessTokens.save(opaque)
  await store.accessTokens.revokeSigned(token, later(0))
  await store.setClock(later(0))
  await ids.spend(id, later(100), async () => {})
  await documents.save(url, { body: {}, fetchedAt: later(0), freshUntil: later(10) })
  await clean(99)
  expect(await store.accessTokens.find(opaque.hash)).not.toBeNull()
  expect(await ids.spend(id, later(100), async () => {})).toBeNull()
  const cleaned = await clean(7 * DAY + 1)
  for (const what of [/opaque/, /marks/, /assertions/, /documents/])
    expect(countOf(cleaned, what)).toBeGreaterThanOrEqual(1)
  expect(await store.accessTokens.find(opaque.hash)).toBeNull()
  expect(await store.accessTokens.findGrantOfSigned(token)).not.toBeNull()
  expect(await documents.find(url)).toBeNull()
})

it('works in small batches to the end, or as far as it may [H-55]', async () => {
  const server = await store.newServer()
  await Promise.all(times(25, () => registered({}, server.id)))
  const some = await retention(store.db, 4)(later(DAY), { batches: 2 })
  expect(countOf(some, /never used/)).toBeGreaterThan(0)
  expect(countOf(some, /never used/)).toBeLessThanOrEqual(8)
  const rest = await retention(store.db, 4)(later(DAY), { batches: Number.POSITIVE_INFINITY })
  expect(countOf(rest, /never used/)).toBeGreaterThanOrEqual(17)
  const nothing = await clean(DAY)
  expect(nothing.every(({ count }) => count === 0)).toBe(true)
})

it('comes past rows that have one time and have to stay', async () => {
  const server = await store.newServer()
  const waiting = await Promise.all(times(5, () => registered({}, server.id)))
  for (const { client } of waiting) {
    const { request } = await newRequest(store, { server, client })
    await store.db
      .update(authorizationRequests)
      .set({ expiresAt: later(3 * DAY) })
      .where(eq(authorizationRequests.id, request.id))
  }
  const { client } = await registered({}, server.id)
  await store.db
    .update(clients)
    .set({ createdAt: later(1) })
    .where(eq(clients.id, client.id))
  await retention(store.db, 2)(later(DAY + 1))
  expect(await stateOf(client)).toBe('gone')
  for (const made of waiting) expect(await stateOf(made.client)).toBe('known')
})

it('is harmless when several do it at once, beside rows that others hold', async () => {
  const server = await store.newServer()
  const made = await Promise.all(times(40, () => registered({}, server.id)))
  const held = made[7]!.client
  await store.db.transaction(async (tx) => {
    await tx.select().from(clients).where(eq(clients.id, held.id)).for('update')
    const together = await Promise.all(times(5, () => clean(DAY, 7)))
    // One that meets only rows which others hold just then leaves them to the next time.
    const all = [...together, await clean(DAY, 7)]
    const total = all.reduce((sum, cleaned) => sum + (countOf(cleaned, /never used/) ?? 0), 0)
    expect(total).toBe(39)
  })
  expect(await stateOf(held)).toBe('known')
  await clean(DAY)
  expect(await stateOf(held)).toBe('gone')
})

it('stops between two statements when asked to', async () => {
  await registered()
  const stopped = await retention(store.db)(later(DAY), { signal: AbortSignal.abort() })
  expect(stopped.every(({ count }) => count === 0)).toBe(true)
})
