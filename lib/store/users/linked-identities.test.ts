import { and, eq, isNull } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserSessions } from '@/drizzle/schema/browser-sessions'
import { grants } from '@/drizzle/schema/grants'
import { linkCeremonies } from '@/drizzle/schema/link-ceremonies'
import { users } from '@/drizzle/schema/organizations'
import { endDeparted } from '@/lib/oauth/flow/end-departed'
import type { Client, Connection, Server } from '@/lib/oauth/model'
import { name, provisioning } from '@/lib/scim/test-support/scim'
import { clientAndUserStore } from '@/lib/store/read/clients-and-users'
import { AFTERWARDS, GONE, type Held, LIVE } from '@/lib/store/test-support/departing'
import { linkLogins } from '@/lib/store/test-support/link-logins'
import { completedLogin, later, newClient, newRequest } from '@/lib/store/test-support/store-under-test'
import { linkedIdentityStore } from './linked-identities'
import { userDataStore } from './user-data'

const OTHER = 'https://other.example'
const ENDING = { reason: 'revoked_by_user', at: AFTERWARDS } as const

let at: Awaited<ReturnType<typeof provisioning>>
let other: { readonly connection: Connection; readonly server: Server }
let linking: ReturnType<typeof linkLogins>
beforeAll(async () => {
  at = await provisioning()
  other = await at.further('vestibule', OTHER)
  linking = linkLogins(at, other, OTHER)
})
afterAll(() => at?.close())

const begin = (...what: Parameters<typeof linking.begin>) => linking.begin(...what)
const link = (...what: Parameters<typeof linking.link>) => linking.link(...what)
const entry = () => linking.entry()

const logInBy = (subject: string) => at.logIn({ subject, identitySource: OTHER }, other.server)

async function assertBy(subject: string, identitySource = OTHER, known?: Client) {
  const client = known ?? (await at.store.clients.register(newClient(at.server.id)))
  const identity = { identitySource, subject, claims: {} }
  return at.store.logins.assert({ server: at.server, client, identity, scope: [], claims: {} }, AFTERWARDS)
}

const isLive = async (id: string) => (await at.store.grants.find(id))?.revokedAt === undefined

const leave = (connection: Connection, subject: string) =>
  endDeparted(
    {
      ...{ connection, who: { subject }, at: AFTERWARDS, reason: 'provider_logout' },
      ...{ action: 'user.signed_out', detail: {} },
    },
    at.ports,
  )

let alice: Held
let [own, second] = ['', '']
beforeEach(async () => {
  own = name()
  second = name()
  alice = await at.logIn({ subject: own })
})

describe('a login that is linked to a user', () => {
  it('is theirs from then on, in the browser and in assertions; what it had before ends', async () => {
    const before = await logInBy(second)
    const asserted = await assertBy(second)
    expect(asserted?.userId).toBe(before.grant.userId)
    expect(await link(alice, second)).toBe('linked')
    expect(await at.alive(before)).toEqual(GONE)
    expect(await isLive(asserted?.id ?? '')).toBe(false)
    expect(await at.alive(alice)).toEqual(LIVE)
    for (const grant of [(await logInBy(second)).grant, await assertBy(second)])
      expect(grant?.userId).toBe(alice.grant.userId)
    // And its row leads to them, also where it is blocked.
    const found = await clientAndUserStore(at.store.db).findUser(
      at.connection.organizationId,
      before.grant.userId,
      AFTERWARDS,
    )
    expect(found?.id).toBe(alice.grant.userId)
  })

  it('has assertions of its own: what came by one login to a client is not what comes by the other', async () => {
    await link(alice, second)
    const client = await at.store.clients.register(newClient(at.server.id))
    const byIt = await assertBy(second, OTHER, client)
    expect((await assertBy(second, OTHER, client))?.id).toBe(byIt?.id)
    const itself = await assertBy(own, at.provider.issuer, client)
    expect([itself?.userId, await isLive(byIt?.id ?? '')]).toEqual([alice.grant.userId, false])
    const again = await assertBy(second, OTHER, client)
    expect(await isLive(itself?.id ?? '')).toBe(false)
    await leave(other.connection, second)
    expect(await isLive(again?.id ?? '')).toBe(false)
  })

  it('is refreshed at its provider as whom that knows', async () => {
    await link(alice, second)
    const { grant } = await logInBy(second)
    const until = { id: 'lease', until: later(90) }
    const status = await at.store.upstreamTokens.status(grant.id)
    expect(
      await at.store.upstreamTokens.lease(grant.id, status?.revision ?? 0, until, AFTERWARDS),
    ).toMatchObject({ subject: second, identitySource: OTHER })
  })

  it('is kept out with them', async () => {
    await link(alice, second)
    await at.store.db.update(users).set({ blockedAt: AFTERWARDS }).where(eq(users.id, alice.grant.userId))
    const made = await newRequest(at.store, { server: other.server })
    const login = completedLogin(made, { identity: { subject: second, identitySource: OTHER } })
    expect(await at.store.logins.complete(login, AFTERWARDS)).toEqual({ outcome: 'user_blocked' })
    expect(await assertBy(second)).toBeNull()
  })

  it('gives nothing to one whom their own provider has deprovisioned', async () => {
    await link(alice, second)
    expect(await assertBy(second)).not.toBeNull()
    const id = await at.provision({ userName: own, externalId: own })
    await at.call('PATCH', `/Users/${id}`, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', value: { active: false } }],
    })
    expect(await assertBy(second)).toBeNull()
  })
})

describe('when a provider says that one of the two has left', () => {
  it('what came by its own login ends, wherever it was good', async () => {
    await link(alice, second)
    const [browser, asserted] = [await logInBy(second), await assertBy(second)]
    expect(await leave(other.connection, second)).toBe(2)
    expect(await at.alive(browser)).toEqual(GONE)
    expect(await isLive(asserted?.id ?? '')).toBe(false)
    expect(await at.alive(alice)).toEqual(LIVE)
  })

  it('somebody else of the same name at the other provider is not meant', async () => {
    await link(alice, second)
    const [browser, namesake] = [await logInBy(second), await at.logIn({ subject: second })]
    await leave(at.connection, second)
    expect(await at.alive(namesake)).toEqual(GONE)
    expect(await at.alive(alice)).toEqual(LIVE)
    expect(await at.alive(browser)).toEqual(LIVE)
  })

  it('somebody of the user’s own name at the provider of the linked login is not meant', async () => {
    await link(alice, second)
    const [browser, asserted, namesake] = [await logInBy(second), await assertBy(second), await logInBy(own)]
    expect(await leave(other.connection, own)).toBe(1)
    expect(await at.alive(namesake)).toEqual(GONE)
    expect(await at.alive(browser)).toEqual(LIVE)
    expect(await isLive(asserted?.id ?? '')).toBe(true)
    expect(await at.alive(alice)).toEqual(LIVE)
  })

  it('what came by the other at another connection stays, and assertions at its servers end', async () => {
    await link(alice, second)
    const [browser, asserted] = [await logInBy(second), await assertBy(second)]
    await leave(at.connection, own)
    expect(await at.alive(alice)).toEqual(GONE)
    expect(await isLive(asserted?.id ?? '')).toBe(false)
    expect(await at.alive(browser)).toEqual(LIVE)
  })
})

describe('a login is not linked', () => {
  it('to two users, or to one who is linked, or when others are linked to it', async () => {
    const bob = await at.logIn({ subject: name() })
    expect(await link(alice, second)).toBe('linked')
    expect(await link(alice, second)).toBe('linked')
    expect(await link(bob, second)).toBe('taken')
    expect(await link(bob, own, at.provider.issuer)).toBe('taken')
    expect(await link(alice, own, at.provider.issuer)).toBe('same')
  })

  it('when it is blocked, or its user is', async () => {
    const { grant } = await logInBy(second)
    await at.store.db.update(users).set({ blockedAt: AFTERWARDS }).where(eq(users.id, grant.userId))
    expect(await link(alice, second)).toBe('kept_out')
  })

  it('in a browser that its user is forgotten in meanwhile', async () => {
    await at.store.db.delete(browserSessions).where(eq(browserSessions.userId, alice.grant.userId))
    expect(await link(alice, second)).toBe('over')
  })

  it('by any ceremony but the newest of a browser, however many it begins', async () => {
    const [[first, sessionHash], [newest]] = [await begin(alice, second), await begin(alice, second)]
    const ofAlice = eq(linkCeremonies.userId, alice.grant.userId)
    expect(await at.store.db.$count(linkCeremonies, ofAlice)).toBe(1)
    expect(await linking.confirm(first, sessionHash)).toBe('over')
    expect(await linking.confirm(newest, sessionHash)).toBe('linked')
  })

  it('both ways at once', async () => {
    const bob = await logInBy(second)
    const outcomes = await Promise.all([link(alice, second), link(bob, own, at.provider.issuer)])
    expect(outcomes.filter((outcome) => outcome === 'linked')).toHaveLength(1)
  })

  it('while it logs in as a user of its own: nothing of that stays', async () => {
    const { grant } = await logInBy(second)
    await Promise.all([
      link(alice, second),
      ...Array.from({ length: 4 }, () => logInBy(second).catch(() => {})),
    ])
    const left = await at.store.db
      .select({ id: grants.id })
      .from(grants)
      .where(and(eq(grants.userId, grant.userId), isNull(grants.revokedAt)))
    expect(left).toEqual([])
  })
})

describe('a link that is undone', () => {
  it('leaves nothing that came by it, and each is a user again', async () => {
    const first = await logInBy(second)
    await link(alice, second)
    const [browser, asserted] = [await logInBy(second), await assertBy(second)]
    const store = linkedIdentityStore(at.store.db)
    const { organizationId } = at.connection
    const [linked] = await store.list({ organizationId, userId: alice.grant.userId })
    const bob = await at.logIn({ subject: name() })
    const unlink = (userId: string) =>
      store.unlink({ organizationId, userId }, linked?.id ?? '', ENDING, entry)
    expect(await unlink(bob.grant.userId)).toBeNull()
    expect(await at.alive(browser)).toEqual(LIVE)
    expect(await unlink(alice.grant.userId)).toBe(2)
    expect(await at.alive(browser)).toEqual(GONE)
    expect(await isLive(asserted?.id ?? '')).toBe(false)
    expect(await at.alive(alice)).toEqual(LIVE)
    const [rest] = await at.store.db.select().from(grants).where(eq(grants.id, browser.grant.id))
    expect([rest?.claims, rest?.userClaims]).toEqual([{}, null])
    expect((await logInBy(second)).grant.userId).toBe(first.grant.userId)
  })

  it('by erasing its user takes the other login’s data with it, also of the time before', async () => {
    const before = await logInBy(second)
    const its = eq(grants.id, before.grant.id)
    await at.store.db
      .update(grants)
      .set({ claims: { email: second } })
      .where(its)
    await link(alice, second)
    await logInBy(second)
    const ceremonies = () =>
      at.store.db.select().from(linkCeremonies).where(eq(linkCeremonies.userId, alice.grant.userId))
    await begin(alice, name())
    expect(await ceremonies()).toHaveLength(1)
    const whose = { organizationId: at.connection.organizationId, id: alice.grant.userId }
    const data = userDataStore(at.store.db)
    const exported = await data.export(whose)
    expect(exported?.linked).toMatchObject([{ identitySource: OTHER, subject: second }])
    expect(exported?.grants.map(({ id }) => id)).toContain(before.grant.id)
    await data.erase(whose, AFTERWARDS, entry)
    expect(await at.store.db.select().from(users).where(eq(users.subject, second))).toEqual([])
    const [rest] = await at.store.db.select().from(grants).where(its)
    expect([rest?.claims, rest?.userClaims]).toEqual([{}, null])
    expect(await ceremonies()).toEqual([])
    expect((await logInBy(second)).grant.userId).not.toBe(whose.id)
  })
})
