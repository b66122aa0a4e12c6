import { createVerifier } from '@vestibule/mcp'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clients } from '@/drizzle/schema/clients'
import { users } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import { tokenSigner } from '@/lib/crypto/signer'
import { feedStart, knownVersion, revocationFeed } from '@/lib/oauth/access/revocation-feed'
import type { Grant, Server } from '@/lib/oauth/model'
import { serverMetadata } from '@/lib/oauth/protocol/server-metadata'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import {
  complete,
  completedLogin,
  later,
  newRequest,
  random,
} from '@/lib/store/test-support/store-under-test'
import { signingKeyStore } from './signing-keys'

let store: PostgresUnderTest
let server: Server
const clock = { seconds: 0 }
const now = () => later(clock.seconds)

beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())
beforeEach(async () => {
  clock.seconds = 100
  server = await store.newServer()
  // Configured long ago: what counts is the lifetime that it has.
  await store.db
    .update(servers)
    .set({ updatedAt: later(-200_000) })
    .where(eq(servers.id, server.id))
})

/** An instance of ours, with memory of its own, and what a verifier asks it. */
function instance() {
  const { db, sealer, revocations } = store
  const signer = tokenSigner(signingKeyStore(db, sealer), now, new Map())
  const ports = { clock: now, revocations, signer }
  const state = { isDown: false, documents: 0 }
  async function fetch(address: string): Promise<Response> {
    if (state.isDown) throw new TypeError('fetch failed')
    const { pathname, searchParams } = new URL(address)
    if (pathname.startsWith('/.well-known/')) return Response.json(serverMetadata({ ...server }))
    if (pathname.endsWith('/jwks')) return Response.json({ keys: await signer.publicKeys(server.id) })
    if (!pathname.endsWith('/revocations')) return new Response(null, { status: 404 })
    state.documents += 1
    const { jwt } = await revocationFeed(server, feedStart(searchParams.get('after'), now()), ports)
    return new Response(jwt)
  }
  return {
    signer,
    fetch,
    state,
    document: async (from?: number) => (await revocationFeed(server, from, ports)).jwt,
  }
}

const verifierOf = ({ fetch }: { fetch: (url: string) => Promise<Response> }, clockOff = 0) =>
  createVerifier({
    issuer: server.issuer,
    resource: server.resource,
    fetch,
    now: () => now().getTime() + clockOff * 1000,
  })

async function login(): Promise<Grant & { readonly userId: string }> {
  return complete(store, completedLogin(await newRequest(store, { server })))
}

async function tokenOf(grant: Grant, { signer }: ReturnType<typeof instance>): Promise<string> {
  const iat = now().getTime() / 1000
  const signing = await signer.ready(server.id)
  return signing.accessToken({
    ...{ iss: server.issuer, aud: server.resource, sub: grant.userId ?? grant.clientId },
    ...{ client_id: grant.clientId, scope: '', gid: grant.id, jti: random(), iat, exp: iat + 3600 },
  })
}

const payloadOf = (
  jwt: string,
): { to: string; from?: string; version: string; revoked: Record<string, [number, number]> } =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())

const outcome = (verified: Promise<unknown>) =>
  verified.then(
    () => 'good',
    (error: unknown) => String(error),
  )
const REVOKED = 'AccessError: the token was revoked'

describe('a grant that ends at one instance', () => {
  it('is over within five seconds for verifiers that follow either instance', async () => {
    const [first, second] = [instance(), instance()]
    const grant = await login()
    const other = await login()
    const token = await tokenOf(grant, first)
    const verifiers = [verifierOf(first), verifierOf(second), verifierOf(second, 25), verifierOf(first, -25)]
    for (const verifier of verifiers) expect(await outcome(verifier.verify(token))).toBe('good')
    await store.grants.revoke(grant.id, { reason: 'revoked_by_operator', at: now() })
    clock.seconds += 3
    for (const verifier of verifiers) {
      expect(await outcome(verifier.verify(token))).toBe(REVOKED)
      expect(await outcome(verifier.verify(await tokenOf(other, second)))).toBe('good')
    }
  })

  it('is over for a verifier that starts later, and after a restart of ours', async () => {
    const grant = await login()
    const token = await tokenOf(grant, instance())
    const before = instance()
    const verifier = verifierOf({ fetch: (url) => (before.state.isDown ? instance() : before).fetch(url) })
    expect(await outcome(verifier.verify(token))).toBe('good')
    await store.grants.revoke(grant.id, { reason: 'revoked_by_operator', at: now() })
    before.state.isDown = true
    clock.seconds += 1_800
    expect(await outcome(verifier.verify(token))).toBe(REVOKED)
    expect(await outcome(verifierOf(instance()).verify(token))).toBe(REVOKED)
  })

  it('waits for no instance: rows that nobody reports hold up and forget nothing', async () => {
    const issuer = instance()
    const [before, after] = [await login(), await login()]
    const tokens = [await tokenOf(before, issuer), await tokenOf(after, issuer)]
    const verifier = verifierOf(issuer)
    await store.grants.revoke(before.id, { reason: 'revoked_by_operator', at: now() })
    await store.db.execute(sql`insert into instances (id, answered_until)
      select 'forged-' || time, time from unnest(array['-infinity', 'infinity', '2000-01-01']::timestamptz[]) time`)
    expect(await outcome(verifier.verify(tokens[0] ?? ''))).toBe(REVOKED)
    await store.grants.revoke(after.id, { reason: 'revoked_by_operator', at: now() })
    clock.seconds += 3
    for (const token of tokens) {
      expect(await outcome(verifier.verify(token))).toBe(REVOKED)
      expect(await outcome(verifierOf(instance()).verify(token))).toBe(REVOKED)
    }
  })

  it('that wrote its time late is still told to those who have read on', async () => {
    const issuer = instance()
    const grant = await login()
    const token = await tokenOf(grant, issuer)
    clock.seconds = 600
    const verifier = verifierOf(issuer)
    await verifier.verify(token)
    // The statement began a minute ago, and is visible only now.
    await store.grants.revoke(grant.id, { reason: 'revoked_by_operator', at: later(540) })
    clock.seconds += 3
    expect(await outcome(verifier.verify(token))).toBe(REVOKED)
  })
})

describe('the feed', () => {
  it('tells of a token that was revoked alone, and of nobody else’s', async () => {
    const issuer = instance()
    const grant = await login()
    const [one, two] = [await tokenOf(grant, issuer), await tokenOf(grant, issuer)]
    const { jti, gid, exp } = (await issuer.signer.verify(server.id, one)) ?? {}
    const expiresAt = new Date(Number(exp) * 1000)
    await store.accessTokens.revokeSigned({ id: String(jti), grantId: String(gid), expiresAt }, now())
    const verifier = verifierOf(issuer)
    expect(await outcome(verifier.verify(one))).toBe(REVOKED)
    expect(await outcome(verifier.verify(two))).toBe('good')
    const mine = server
    server = await store.newServer()
    expect(payloadOf(await instance().document()).revoked).toEqual({})
    server = mine
  })

  it.each(['user', 'client'] as const)('keeps out a blocked %s, who may come back', async (who) => {
    const issuer = instance()
    const grant = await login()
    const token = await tokenOf(grant, issuer)
    const verifier = verifierOf(issuer)
    const set = (blockedAt: Date | null) =>
      who === 'user'
        ? store.db.update(users).set({ blockedAt }).where(eq(users.id, grant.userId))
        : store.db.update(clients).set({ blockedAt }).where(eq(clients.id, grant.clientRowId))
    await set(now())
    expect(await outcome(verifier.verify(token))).toBe(REVOKED)
    clock.seconds += 120
    await set(null)
    expect(await outcome(verifier.verify(token))).toBe(REVOKED)
    expect(await outcome(verifier.verify(await tokenOf(grant, issuer)))).toBe('good')
  })

  it('has the same version at every instance, and another one when something ends', async () => {
    const [one, other] = [instance(), instance()]
    const versionOf = async (from: ReturnType<typeof instance>) => payloadOf(await from.document()).version
    const grants = [await login(), await login(), await login()]
    const versions = [await versionOf(one)]
    for (const { id } of grants) {
      // At the same moment, so that nothing but their names tells them apart.
      await store.grants.revoke(id, { reason: 'revoked_by_operator', at: later(100) })
      clock.seconds += 1
      versions.push(await versionOf(one))
      expect(await versionOf(other)).toBe(versions.at(-1))
    }
    expect(new Set(versions).size).toBe(4)
  })

  it('can be waited for by those who follow it closely, and not for each of its documents', () => {
    const at = new Date('2026-11-02T09:00:30Z')
    const minute = Date.parse('2026-11-02T09:00:00Z') / 1000
    const known = (after: number | string) =>
      knownVersion(new URLSearchParams({ after: String(after), version: 'v1' }), at)
    expect([minute, minute - 60].map(known)).toEqual(['v1', 'v1'])
    expect([minute - 120, minute - 840, minute + 1, ''].map(known)).toEqual(Array(4).fill(undefined))
    expect(knownVersion(new URLSearchParams({ after: String(minute) }), at)).toBeUndefined()
    expect(knownVersion(new URLSearchParams({ version: 'v1' }), at)).toBeUndefined()
  })

  it('goes on from where it was read, and forgets what no token can meet any more', async () => {
    const issuer = instance()
    const [early, late] = [await login(), await login()]
    await store.grants.revoke(early.id, { reason: 'revoked_by_operator', at: now() })
    clock.seconds += 600
    const { to } = payloadOf(await issuer.document())
    await store.grants.revoke(late.id, { reason: 'revoked_by_operator', at: now() })
    const next = payloadOf(await issuer.document(Number(to)))
    expect(next.from).toBe(to)
    expect(Object.keys(next.revoked)).toHaveLength(1)
    expect(Object.keys(payloadOf(await issuer.document()).revoked)).toHaveLength(2)
    clock.seconds += server.accessTokenLifetime
    expect(Object.keys(payloadOf(await issuer.document()).revoked)).toHaveLength(1)
    clock.seconds += 200
    expect(payloadOf(await issuer.document()).revoked).toEqual({})
  })

  it('remembers for a day where the lifetime was changed, since earlier tokens may live as long', async () => {
    await store.db.update(servers).set({ updatedAt: now() }).where(eq(servers.id, server.id))
    const grant = await login()
    await store.grants.revoke(grant.id, { reason: 'revoked_by_operator', at: now() })
    clock.seconds += 80_000
    expect(Object.keys(payloadOf(await instance().document()).revoked)).toHaveLength(1)
  })

  it('has documents for whole minutes of the last quarter of an hour alone, whatever is asked for', () => {
    const at = new Date('2026-11-02T09:00:30Z')
    const minute = Date.parse('2026-11-02T09:00:00Z') / 1000
    for (const known of [minute, minute - 840]) expect(feedStart(String(known), at)).toBe(known)
    for (const after of [
      minute + 1,
      minute + 120,
      minute - 900,
      minute - 86_400,
      `${minute}.0`,
      '',
      '-60',
      'x',
      null,
    ])
      expect(feedStart(after === null ? null : String(after), at), String(after)).toBeUndefined()
  })
})
