import { decodeJwt } from 'jose'
import { locationOf, logInUpstream, obtainCode } from '../support/attack-login'
import { obtainTokens, outcome, refresh, type Tokens } from '../support/attack-tokens'
import { newVisitor, type Visitor } from '../support/attack-visitor'
import { type Enterprise, startEnterprise } from '../support/enterprise'
import { handOff } from '../support/handoff'
import { expectAccessible } from '../support/look'
import { expect, test } from '../support/test'
import { RESOURCE_SECRET, type World } from '../support/world'

/** Its server's users log in at one provider, and another one vouches for them. */
let acme: Enterprise
test.beforeEach(async ({ world }) => {
  acme = await startEnterprise(world, { loginElsewhere: true })
})
test.afterEach(() => acme.close())

/** A whole login, in a browser that remembers it. */
async function logIn(world: World, visitor: Visitor, username = 'alice', issuer = acme.issuer) {
  return obtainTokens(issuer, await obtainCode(world, { issuer, visitor, username }))
}

/** What the provider says of one of its users. */
async function vouched(sub: string): Promise<Tokens> {
  const assertion = await acme.assertion({ claims: { sub, email: `${sub}@example.com` } })
  return (await acme.present(assertion)).json()
}

const subjectOf = ({ access_token }: Tokens) => decodeJwt(access_token).sub

async function account({ app }: World, visitor: Visitor, query = ''): Promise<string> {
  await visitor.go(`${app.url}/account/open`)
  return (await visitor.go(`${app.url}/account${query}`)).text()
}

/** Posts a form of the page, as the page would. */
async function post(world: World, visitor: Visitor, fields: Record<string, string>, origin = world.app.url) {
  const token = /name="token" value="([^"]+)"/.exec(await account(world, visitor))?.[1] ?? ''
  return visitor.submit(`${world.app.url}/account/link`, { request: 'account', token, ...fields }, origin)
}

const begin = (world: World, visitor: Visitor, from = acme.connections.login) =>
  post(world, visitor, { from, other: acme.connections.vouching })

/** Signs in anew where the browser is signed in; where the ceremony leads then. */
async function proveFirst(world: World, visitor: Visitor, username = 'alice'): Promise<string> {
  const begun = await begin(world, visitor)
  return locationOf(await visitor.go(await logInUpstream(world, visitor, locationOf(begun), username)))
}

/** Both logins, up to the question; its id. */
async function prove(world: World, visitor: Visitor, other = 'bob'): Promise<string> {
  const second = await logInUpstream(world, visitor, await proveFirst(world, visitor), other)
  return new URL(locationOf(await visitor.go(second))).searchParams.get('link') ?? ''
}

const answered = async (world: World, visitor: Visitor, confirm: string) =>
  new URL(locationOf(await post(world, visitor, { confirm }))).searchParams.get('done')

test('a person with two logins links them, and is one user in both ways from then on', async ({ world }) => {
  const alice = newVisitor()
  const before = await vouched('bob')
  const browser = await logIn(world, alice)
  expect(subjectOf(before)).not.toBe(subjectOf(browser))
  const foreign = await logIn(world, newVisitor(), 'bob', acme.vouchingServer)

  const begun = new URL(locationOf(await begin(world, alice)))
  expect(Object.fromEntries(begun.searchParams)).toMatchObject({ prompt: 'login', max_age: '0' })
  const id = await prove(world, alice)
  const page = await account(world, alice, `?link=${id}`)
  expect(page).toContain('Is this also you?')
  expect(page).toMatch(/alice@example\.com.*bob@example\.com/s)
  expect(subjectOf(await vouched('bob'))).toBe(subjectOf(before))
  expect(await answered(world, alice, id)).toBe('linked')
  expect(await account(world, alice)).toContain('bob@example.com')

  // What the other login had as a user of its own is over, and the next is the user's.
  expect(await acme.introspect(before.access_token)).toEqual({ active: false })
  expect(await outcome(await refresh(acme.vouchingServer, foreign.refresh_token))).toBe('400 invalid_grant')
  const asserted = await vouched('bob')
  expect(subjectOf(asserted)).toBe(subjectOf(browser))
  const again = await logIn(world, newVisitor(), 'bob', acme.vouchingServer)
  expect(subjectOf(again)).toBe(subjectOf(browser))
  // And reaches what the user's own login reaches.
  const reached = async ({ access_token }: Tokens) =>
    (await handOff({ issuer: acme.issuer, resourceSecret: RESOURCE_SECRET }, access_token)).json()
  expect((await reached(asserted)).access_token).toBe((await reached(browser)).access_token)
  // Nobody else is meant.
  expect(subjectOf(await vouched('alice'))).not.toBe(subjectOf(browser))

  const { stdout } = await world.app.cli(['audit', 'export', new URL(acme.issuer).pathname.slice(3)])
  expect(stdout).toContain('user.linked')
  const linked = /name="unlink" value="([^"]+)"/.exec(await account(world, alice))?.[1] ?? ''
  expect(new URL(locationOf(await post(world, alice, { unlink: linked }))).searchParams.get('done')).toBe(
    'unlinked',
  )
  expect(await account(world, alice)).toContain('You’re not signed in')
  expect(await acme.introspect(asserted.access_token)).toEqual({ active: false })
  expect(await outcome(await refresh(acme.vouchingServer, again.refresh_token))).toBe('400 invalid_grant')
  expect((await refresh(acme.issuer, browser.refresh_token)).status).toBe(200)
  expect(subjectOf(await vouched('bob'))).toBe(subjectOf(before))
})

test('the page asks in words', async ({ browser, world }) => {
  const alice = newVisitor()
  await logIn(world, alice)
  const id = await prove(world, alice)
  const context = await browser.newContext()
  for (const { host, name, value } of alice.jar())
    if (host === new URL(world.app.url).hostname)
      await context.addCookies([{ name, value, url: world.app.url }])
  const page = await context.newPage()
  await page.goto(`${world.app.url}/account?link=${id}`)
  await expect(page.getByRole('heading', { name: 'Is this also you?' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Yes, link them' }).click()
  await expect(page.getByText('Linked. Both sign-ins are now you.')).toBeVisible()
  await expect(page.getByText('You are also known as bob@example.com')).toBeVisible()
  await context.close()
})

test.describe('an attacker', () => {
  test('gets no identity linked by an answer of theirs in a victim’s browser, or the other way round', async ({
    world,
  }) => {
    const [victim, mallory] = [newVisitor(), newVisitor()]
    await logIn(world, victim)
    await logIn(world, mallory, 'bob')
    // An answer of the attacker's login, in the browser of the victim.
    const theirs = await logInUpstream(world, mallory, locationOf(await begin(world, mallory)), 'bob')
    expect((await victim.go(theirs)).status).toBe(400)
    // The victim is under way, and gets the attacker's code with the victim's own state: the nonce is another.
    const own = await logInUpstream(world, victim, locationOf(await begin(world, victim)))
    const mixed = new URL(own)
    mixed.searchParams.set('code', new URL(theirs).searchParams.get('code') ?? '')
    expect(locationOf(await victim.go(mixed.href))).toContain('done=linkFailed')
    // What a victim has proven cannot be confirmed by anybody else, even with the id.
    const id = await prove(world, victim)
    expect(await account(world, mallory, `?link=${id}`)).not.toContain('Is this also you?')
    expect(await answered(world, mallory, id)).toBe('linkFailed')
    expect(await answered(world, victim, id)).toBe('linked')
  })

  test('gets nothing by a form of another site, or without the form’s token', async ({ world }) => {
    const victim = newVisitor()
    await logIn(world, victim)
    const fields = { from: acme.connections.login, other: acme.connections.vouching }
    const id = await prove(world, victim)
    for (const forged of [fields, { confirm: id }, { unlink: 'x' }]) {
      expect((await post(world, victim, forged, 'https://evil.example')).status).toBe(403)
      expect((await post(world, victim, { ...forged, token: 'x' })).status).toBe(403)
    }
    // The question is asked before anything is linked.
    expect(await account(world, victim)).not.toContain('bob@example.com')
  })

  test('cannot use an answer, or a yes, a second time', async ({ world }) => {
    const visitor = newVisitor()
    await logIn(world, visitor)
    const first = await logInUpstream(world, visitor, locationOf(await begin(world, visitor)))
    const next = locationOf(await visitor.go(first))
    expect((await visitor.go(first)).status).toBe(400)
    const second = await logInUpstream(world, visitor, next, 'bob')
    // An answer of the second login at the callback of the first.
    const swapped = second.replace(
      `/callback/${acme.connections.vouching}?`,
      `/callback/${acme.connections.login}?`,
    )
    expect(swapped).not.toBe(second)
    expect((await visitor.go(swapped)).status).toBe(400)
    const id = new URL(locationOf(await visitor.go(second))).searchParams.get('link') ?? ''
    expect((await visitor.go(second)).status).toBe(400)
    expect(await answered(world, visitor, id)).toBe('linked')
    expect(await answered(world, visitor, id)).toBe('linkFailed')
  })

  test('before an unlocked browser has to prove to be its user', async ({ world }) => {
    const victim = newVisitor()
    await logIn(world, victim)
    const thief = elsewhereUnknown(world, victim)
    expect(await account(world, thief)).toContain('alice@example.com')
    expect(await proveFirst(world, thief, 'bob')).toContain('done=linkFailed')
  })

  test('cannot link what is somebody else’s, what is their own, or what was blocked', async ({ world }) => {
    const [alice, bob] = [newVisitor(), newVisitor()]
    await logIn(world, alice)
    await logIn(world, bob, 'bob')
    expect(await answered(world, alice, await prove(world, alice, 'bob'))).toBe('linked')
    // Bob's own login at the same provider: he proves the identity that is Alice's now.
    const begun = await begin(world, bob)
    const next = locationOf(await bob.go(await logInUpstream(world, bob, locationOf(begun), 'bob')))
    const second = await bob.go(await logInUpstream(world, bob, next, 'bob'))
    const id = new URL(locationOf(second)).searchParams.get('link') ?? ''
    expect(await answered(world, bob, id)).toBe('linkTaken')

    const stranger = await vouched('alice')
    const key = (
      await world.app.cli(['api-keys', 'create', '--installation', '--name', acme.connections.vouching])
    ).stdout
    const headers = { authorization: `Bearer ${/vst_key_[\w-]+/.exec(key)?.[0]}` }
    const block = (user = '') =>
      fetch(`${world.app.url}/api/v1/organizations/${acme.connections.vouching}/blocked-users/${user}`, {
        method: 'PUT',
        headers,
      })
    expect((await block(subjectOf(stranger))).ok).toBe(true)
    const again = elsewhereUnknown(world, bob)
    expect(await answered(world, again, await proveAs(world, again, 'bob', 'alice'))).toBe('linkKeptOut')
  })

  test('finds nothing to link in another organization', async ({ world }) => {
    const other = await startEnterprise(world, { loginElsewhere: true })
    const visitor = newVisitor()
    await logIn(world, visitor)
    for (const fields of [
      { from: acme.connections.login, other: other.connections.vouching },
      { from: other.connections.login, other: other.connections.vouching },
      { from: acme.connections.login, other: acme.connections.login },
      { from: 'x', other: acme.connections.vouching },
    ])
      expect((await post(world, visitor, fields)).status, JSON.stringify(fields)).toBe(404)
    await other.close()
  })
})

/** The same browser, whose sessions at the providers are over. */
function elsewhereUnknown(world: World, visitor: Visitor): Visitor {
  const same = newVisitor()
  same.steal(visitor, 'vst_', new URL(world.app.url).hostname)
  return same
}

/** {@link prove} for somebody else than alice. */
async function proveAs(world: World, visitor: Visitor, own: string, other: string): Promise<string> {
  const second = await logInUpstream(world, visitor, await proveFirst(world, visitor, own), other)
  return new URL(locationOf(await visitor.go(second))).searchParams.get('link') ?? ''
}
