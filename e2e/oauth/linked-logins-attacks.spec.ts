import { locationOf, logInUpstream } from '../support/attack-login'
import { outcome, refresh } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { type Enterprise, startEnterprise } from '../support/enterprise'
import { linking, subjectOf } from '../support/linking'
import { expect, test } from '../support/test'

/** Its server's users log in at one provider, and another one vouches for them. */
let acme: Enterprise
let at: ReturnType<typeof linking>
test.beforeEach(async ({ world }) => {
  acme = await startEnterprise(world, { loginElsewhere: true })
  at = linking(world, acme)
})
test.afterEach(() => acme.close())

test.describe('an attacker', () => {
  test('gets no identity linked by an answer of theirs in a victim’s browser, or the other way round', async ({
    world,
  }) => {
    const [victim, mallory] = [newVisitor(), newVisitor()]
    await at.logIn(victim)
    await at.logIn(mallory, 'bob')
    // An answer of the attacker's login, in the browser of the victim.
    const theirs = await logInUpstream(world, mallory, locationOf(await at.begin(mallory)), 'bob')
    expect((await victim.go(theirs)).status).toBe(400)
    // The victim is under way, and gets the attacker's code with the victim's own state: the nonce is another.
    const own = await logInUpstream(world, victim, locationOf(await at.begin(victim)))
    const mixed = new URL(own)
    mixed.searchParams.set('code', new URL(theirs).searchParams.get('code') ?? '')
    expect(locationOf(await victim.go(mixed.href))).toContain('done=linkFailed')
    // What a victim has proven cannot be confirmed by anybody else, even with the id.
    const id = await at.prove(victim)
    expect(await at.account(mallory, `?link=${id}`)).not.toContain('Is this also you?')
    expect(await at.answered(mallory, id)).toBe('linkFailed')
    expect(await at.answered(victim, id)).toBe('linked')
  })

  test('gets nothing by a form of another site, or without the form’s token', async () => {
    const victim = newVisitor()
    await at.logIn(victim)
    const fields = { from: acme.connections.login, other: acme.connections.vouching }
    const id = await at.prove(victim)
    for (const forged of [fields, { confirm: id }, { unlink: 'x' }]) {
      expect((await at.post(victim, forged, 'https://evil.example')).status).toBe(403)
      expect((await at.post(victim, { ...forged, token: 'x' })).status).toBe(403)
    }
    // The question is asked before anything is linked.
    expect(await at.account(victim)).not.toContain('bob@example.com')
  })

  test('cannot use an answer, or a yes, a second time', async ({ world }) => {
    const visitor = newVisitor()
    await at.logIn(visitor)
    const first = await logInUpstream(world, visitor, locationOf(await at.begin(visitor)))
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
    expect(await at.answered(visitor, id)).toBe('linked')
    expect(await at.answered(visitor, id)).toBe('linkFailed')
  })

  test('before an unlocked browser has to prove to be its user', async () => {
    const victim = newVisitor()
    await at.logIn(victim)
    const thief = at.elsewhereUnknown(victim)
    expect(await at.account(thief)).toContain('alice@example.com')
    expect(await at.proveFirst(thief, 'bob')).toContain('done=linkFailed')
  })

  test('who has left their session in a victim’s browser cannot say yes to what the victim proved there', async ({
    world,
  }) => {
    const [mallory, victim] = [newVisitor(), newVisitor()]
    await at.logIn(mallory)
    const second = await at.proveFirst(mallory)
    const begun = new URL(second).searchParams.get('state')?.split('.')[1] ?? ''
    // The same session in another browser, whose user signs in where the attacker has left off.
    victim.steal(mallory, 'vst_', new URL(world.app.url).hostname)
    const proven = await victim.go(await logInUpstream(world, victim, second, 'bob'))
    const answer = new URL(locationOf(proven)).searchParams.get('link') ?? ''
    expect(await at.account(victim, `?link=${answer}`)).toContain('Is this also you?')
    expect(begun).toHaveLength(22)
    expect(await at.account(mallory, `?link=${begun}`)).not.toContain('Is this also you?')
    expect(await at.answered(mallory, begun)).toBe('linkFailed')
    // Whose session it is not links nothing of their own to it either: the first login is the attacker’s.
    const own = newVisitor()
    own.steal(mallory, 'vst_', new URL(world.app.url).hostname)
    expect(await at.proveFirst(own, 'bob')).toContain('done=linkFailed')
  })

  test('gets nothing from a browser that its user has signed out of, or in which another has signed in', async ({
    world,
  }) => {
    const [left, changed, underWay, bob] = [newVisitor(), newVisitor(), newVisitor(), newVisitor()]
    const { hostname } = new URL(world.app.url)
    await at.logIn(left)
    const confirm = await at.prove(left)
    const form = { request: 'account', token: await at.formToken(left) }
    const send = (path: string, more: Record<string, string>) =>
      left.submit(`${world.app.url}/account/${path}`, { ...form, ...more }, world.app.url)
    expect(locationOf(await send('disconnect', { everywhere: 'on' }))).toContain('/account?done=')
    expect(await at.account(left, `?link=${confirm}`)).not.toContain('Is this also you?')
    expect(locationOf(await send('link', { confirm }))).toContain('done=linkFailed')

    await at.logIn(bob, 'bob')
    await at.logIn(changed)
    const proven = await at.prove(changed)
    changed.steal(bob, 'vst_session_', hostname)
    expect(await at.account(changed)).toContain('bob@example.com')
    expect(await at.answered(changed, proven)).toBe('linkFailed')

    await at.logIn(underWay)
    const second = await at.proveFirst(underWay)
    underWay.steal(bob, 'vst_session_', hostname)
    expect((await underWay.go(await logInUpstream(world, underWay, second, 'bob'))).status).toBe(400)
  })

  test('cannot link what is somebody else’s, what is their own, or what was blocked', async ({ world }) => {
    const [alice, bob] = [newVisitor(), newVisitor()]
    await at.logIn(alice)
    await at.logIn(bob, 'bob')
    expect(await at.answered(alice, await at.prove(alice, 'bob'))).toBe('linked')
    // Bob's own login at the same provider: he proves the identity that is Alice's now.
    const begun = await at.begin(bob)
    const next = locationOf(await bob.go(await logInUpstream(world, bob, locationOf(begun), 'bob')))
    const second = await bob.go(await logInUpstream(world, bob, next, 'bob'))
    const id = new URL(locationOf(second)).searchParams.get('link') ?? ''
    expect(await at.answered(bob, id)).toBe('linkTaken')

    const stranger = await at.vouched('alice')
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
    const again = at.elsewhereUnknown(bob)
    expect(await at.answered(again, await at.prove(again, 'alice', 'bob'))).toBe('linkKeptOut')
  })

  test('whom rules keep out at a login does not come by an assertion about another login of theirs', async () => {
    const mallory = newVisitor()
    const own = await at.logIn(mallory)
    expect(await at.answered(mallory, await at.prove(mallory))).toBe('linked')
    const asserted = await at.vouched('bob')
    expect(subjectOf(asserted)).toBe(subjectOf(own))

    await acme.configure({ access: { default: 'allow', deny: { users: ['alice@example.com'] } } })
    expect(await outcome(await refresh(acme.issuer, own.refresh_token))).toBe('400 invalid_grant')
    expect(await at.vouched('bob')).toMatchObject({ error: 'invalid_grant' })
    expect(await acme.introspect(asserted.access_token)).toEqual({ active: false })
    // Nobody else is meant, nor is the link.
    expect(await at.vouched('carol')).toHaveProperty('access_token')
    const elsewhere = await at.logIn(newVisitor(), 'bob', acme.vouchingServer)
    expect(subjectOf(elsewhere)).toBe(subjectOf(own))

    // A scope that rules refuse at a login is not had by an assertion either.
    const scopesFor = (...subjects: readonly string[]) => [
      { name: 'profile:read', description: 'Read' },
      { name: 'notes:write', description: 'Write', when: { claim: 'sub', in: subjects } },
    ]
    await acme.configure({ scopes: scopesFor('alice', 'bob') })
    const before = await at.vouched('bob')
    expect(before.scope).toBe('profile:read notes:write')
    await acme.configure({ scopes: scopesFor('bob') })
    expect((await at.vouched('bob')).scope).toBe('profile:read')
    expect(await acme.introspect(before.access_token)).toMatchObject({ scope: 'profile:read' })
  })

  test('finds nothing to link in another organization', async ({ world }) => {
    const other = await startEnterprise(world, { loginElsewhere: true })
    const visitor = newVisitor()
    await at.logIn(visitor)
    for (const fields of [
      { from: acme.connections.login, other: other.connections.vouching },
      { from: other.connections.login, other: other.connections.vouching },
      { from: acme.connections.login, other: acme.connections.login },
      { from: 'x', other: acme.connections.vouching },
    ])
      expect((await at.post(visitor, fields)).status, JSON.stringify(fields)).toBe(404)
    await other.close()
  })
})
