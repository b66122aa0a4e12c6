import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connections } from '@/drizzle/schema/organizations'
import type { Connection, Grant, Server } from '@/lib/oauth/model'
import { assertedLogin } from '@/lib/store/test-support/asserted'
import { GONE, type Held, LIVE } from '@/lib/store/test-support/departing'
import { linkLogins } from '@/lib/store/test-support/link-logins'
import { ENTRA, name, OKTA, patch, provisioning } from './test-support/scim'

const OTHER = 'https://other.example'

let at: Awaited<ReturnType<typeof provisioning>>
let other: { readonly connection: Connection; readonly server: Server }
let linking: ReturnType<typeof linkLogins>
/** Of the provider of the other login. */
let theirs: string
beforeAll(async () => {
  at = await provisioning()
  other = await at.further('vestibule', OTHER)
  theirs = await at.newToken(other.connection)
  linking = linkLogins(at, other, OTHER)
})
afterAll(() => at?.close())

/** A user who logged in at the one, and their login at the other. */
let alice: Held
let [own, second] = ['', '']
beforeEach(async () => {
  own = name()
  second = name()
  const email = `${own}@acme.example`
  alice = await at.logIn({ subject: own, email, emailVerified: true })
})

const logInBy = (subject: string) => at.logIn({ subject, identitySource: OTHER }, other.server)
const assertBy = (subject: string) => assertedLogin(at.store, at.server, OTHER, subject)
const isLive = async ({ id }: Grant) => (await at.store.grants.find(id))?.revokedAt === undefined

/** By what the other provider names its users. */
async function compareBy(scimMatch: string) {
  const settings = { issuer: OTHER, scopes: ['openid'], scimMatch }
  await at.store.db.update(connections).set({ settings }).where(eq(connections.id, other.connection.id))
}

async function deactivate(user: object, token?: string): Promise<string> {
  const id = await at.provision(user, token)
  expect((await at.call('PATCH', `/Users/${id}`, OKTA, token)).status).toBe(200)
  return id
}

describe('a user of whose logins one is deactivated over SCIM', () => {
  it('has nothing left of that login at any server, and all that the other provider gave', async () => {
    expect(await linking.link(alice, second)).toBe('linked')
    const [browser, asserted] = [await logInBy(second), await assertBy(second)]
    const id = await deactivate({ userName: second, externalId: second }, theirs)
    expect(await at.alive(browser)).toEqual(GONE)
    expect(await isLive(asserted)).toBe(false)
    expect(await at.alive(alice)).toEqual(LIVE)
    const login = { subject: second, identitySource: OTHER }
    expect(await at.logsIn(login, other.server)).toBe('signed_out')
    expect(await at.logsIn({ subject: own })).toBe('completed')
    await at.call('PATCH', `/Users/${id}`, patch({ op: 'Replace', path: 'active', value: 'True' }), theirs)
    expect(await at.logsIn(login, other.server)).toBe('completed')
  })

  it('comes to its servers by no assertion about another login either', async () => {
    expect(await linking.link(alice, second)).toBe('linked')
    const assertOwn = () => assertedLogin(at.store, other.server, at.provider.issuer, own)
    const [browser, asserted] = [await logInBy(second), await assertOwn()]
    await deactivate({ userName: second, externalId: second }, theirs)
    expect(await at.alive(browser)).toEqual(GONE)
    expect(await isLive(asserted)).toBe(false)
    await expect(assertOwn()).rejects.toThrow('blocked')
    expect(await isLive(await assertedLogin(at.store, at.server, at.provider.issuer, own))).toBe(true)
  })

  it('comes to the servers of the provider that said so by no login at all', async () => {
    expect(await linking.link(alice, second)).toBe('linked')
    const [browser, asserted] = [await logInBy(second), await assertBy(second)]
    await deactivate({ userName: own, externalId: own })
    expect(await at.alive(alice)).toEqual(GONE)
    expect(await isLive(asserted)).toBe(false)
    await expect(assertBy(second)).rejects.toThrow('blocked')
    // What another provider has given is for that provider to end.
    expect(await at.alive(browser)).toEqual(LIVE)
  })
})

describe('the provider of one login cannot', () => {
  beforeEach(async () => {
    expect(await linking.link(alice, second)).toBe('linked')
  })

  it.each(['external_id', 'user_name', 'email'])('end the other, whatever it says, by %s', async (match) => {
    await compareBy(match)
    const asserted = await assertBy(second)
    const emails = [{ value: `${own}@acme.example`, primary: true }]
    const id = await deactivate({ userName: own, externalId: own, emails }, theirs)
    expect((await at.call('DELETE', `/Users/${id}`, undefined, theirs)).status).toBe(204)
    expect(await at.alive(alice)).toEqual(LIVE)
    expect(await isLive(asserted)).toBe(true)
    expect(await at.logsIn({ subject: own })).toBe('completed')
    expect(await isLive(await assertBy(second))).toBe(true)
    await compareBy('external_id')
  })

  it('keep the other in, when its own provider has said that it is over', async () => {
    await deactivate({ userName: own, externalId: own })
    await at.provision({ userName: own, externalId: own, active: true }, theirs)
    await at.provision({ userName: second, externalId: second, active: true }, theirs)
    await expect(assertBy(second)).rejects.toThrow('blocked')
    expect(await at.logsIn({ subject: own })).toBe('signed_out')
  })
})

describe('a login is not linked', () => {
  it('when its provider has deactivated it between its proof and the yes', async () => {
    const [answer, session] = await linking.begin(alice, second)
    const id = await at.provision({ userName: second, externalId: second }, theirs)
    await at.call('PATCH', `/Users/${id}`, ENTRA, theirs)
    expect(await linking.confirm(answer, session)).toBe('kept_out')
  })

  it('when the provider of its user has deactivated them between the proof and the yes', async () => {
    const [answer, session] = await linking.begin(alice, second)
    await deactivate({ userName: own, externalId: own })
    expect(await linking.confirm(answer, session)).toBe('over')
    expect((await logInBy(second)).grant.userId).not.toBe(alice.grant.userId)
  })
})
