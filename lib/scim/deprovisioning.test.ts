import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLimits } from '@/lib/http/limits'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { TRUSTED } from '@/lib/store/configuration/configuration-queue'
import { scimTokenStore } from '@/lib/store/provisioning/tokens'
import { assertedLogin } from '@/lib/store/test-support/asserted'
import { AFTERWARDS, GONE, LIVE } from '@/lib/store/test-support/departing'
import { completedLogin, newRequest } from '@/lib/store/test-support/store-under-test'
import { ENTRA, name, OKTA, patch, provisioning, USER } from './test-support/scim'

let at: Awaited<ReturnType<typeof provisioning>>
beforeAll(async () => {
  at = await provisioning()
})
afterAll(() => at?.close())

describe('a user who is deprovisioned', () => {
  it.each<[string, (id: string, user: object) => Promise<{ status: number }>]>([
    ['by Okta', (id) => at.call('PATCH', `/Users/${id}`, OKTA)],
    ['by Entra', (id) => at.call('PATCH', `/Users/${id}`, ENTRA)],
    ['by a PUT', (id, user) => at.call('PUT', `/Users/${id}`, { ...user, active: false })],
    ['by a PUT with a string', (id, user) => at.call('PUT', `/Users/${id}`, { ...user, active: 'False' })],
    ['by being deleted', (id) => at.call('DELETE', `/Users/${id}`)],
  ])('%s, has nothing left, and cannot log in until they are active again', async (_, deprovision) => {
    const [alice, userName] = [name(), `${name()}@acme.example`]
    const user = { userName, externalId: alice }
    const id = await at.provision(user)
    const [held, others] = [await at.logIn({ subject: alice }), await at.logIn({ subject: name() })]
    const asserted = await assertedLogin(at.store, at.server, at.provider.issuer, alice)
    at.provider.requests.length = 0
    expect((await deprovision(id, user)).status).toBeLessThan(300)
    expect(await at.alive(held)).toEqual(GONE)
    expect(await at.alive(others)).toEqual(LIVE)
    expect((await at.store.grants.find(asserted.id))?.revokedAt).toBeDefined()
    await at.settled()
    expect(at.provider.requests.filter(({ path }) => path === '/revoke')).toHaveLength(1)
    expect(await at.logsIn({ subject: alice })).toBe('signed_out')
    await expect(assertedLogin(at.store, at.server, at.provider.issuer, alice)).rejects.toThrow('blocked')
    expect(await at.logsIn({ subject: name() })).toBe('completed')

    const again = (await at.call('GET', `/Users?filter=userName eq "${userName}"`)).body.Resources[0]
    if (again)
      await at.call('PATCH', `/Users/${again.id}`, patch({ op: 'Replace', path: 'active', value: 'True' }))
    else await at.provision(user)
    expect(await at.logsIn({ subject: alice })).toBe('completed')
  })

  it('is named in the audit log, with the connection that said so', async () => {
    const alice = name()
    const id = await at.provision({ userName: alice, externalId: alice })
    const { grant } = await at.logIn({ subject: alice, email: 'alice@acme.example' })
    await at.call('PATCH', `/Users/${id}`, OKTA)
    const entries = await auditLogStore(at.store.db).list(at.connection.organizationId, 10)
    const by = { actorKind: 'identity_provider', actorId: at.connection.id, actorName: 'Okta' }
    expect(entries.find(({ action }) => action === 'provisioned_user.deactivated')).toMatchObject({
      ...by,
      targetId: id,
      targetName: alice,
    })
    expect(entries.find(({ action }) => action === 'user.deprovisioned')).toMatchObject({
      ...by,
      targetId: grant.userId,
      detail: { channel: 'scim', grants: 1 },
    })
  })

  it('loses also what an earlier attempt left, when it is said again', async () => {
    const alice = name()
    const id = await at.provision({ userName: alice, externalId: alice, active: false })
    const held = await at.logIn({ subject: `before ${alice}` })
    await at.store.db.execute(`update users set subject = '${alice}' where id = '${held.grant.userId}'`)
    expect((await at.call('PATCH', `/Users/${id}`, OKTA)).status).toBe(200)
    expect(await at.alive(held)).toEqual(GONE)
  })

  describe('while a table of grants cannot be written to', () => {
    /** The request, and the same again when all is well. */
    async function twice(request: () => Promise<{ status: number }>) {
      await at.store.db.execute(`create function refuse() returns trigger language plpgsql as $$ begin
        raise 'out of time' using errcode = 'query_canceled';
      end $$`)
      await at.store.db.execute(
        'create trigger refuse before update on grants for each row execute function refuse()',
      )
      const first = await request()
      await at.store.db.execute('drop function refuse cascade')
      return [first.status, (await request()).status]
    }

    it('has nothing left after the provider has tried again to delete them', async () => {
      const alice = name()
      const id = await at.provision({ userName: alice, externalId: alice })
      const held = await at.logIn({ subject: alice })
      expect(await twice(() => at.call('DELETE', `/Users/${id}`))).toEqual([503, 404])
      expect(await at.alive(held)).toEqual(GONE)
    })

    it('has nothing left after the provider has tried again to create them as inactive', async () => {
      const alice = name()
      const held = await at.logIn({ subject: alice })
      const user = { ...USER, userName: alice, externalId: alice, active: false }
      expect(await twice(() => at.call('POST', '/Users', user))).toEqual([503, 409])
      expect(await at.alive(held)).toEqual(GONE)
    })
  })

  it('may never have logged in, and does not from then on', async () => {
    const alice = name()
    await at.provision({ userName: alice, externalId: alice, active: false })
    expect(await at.logsIn({ subject: alice })).toBe('signed_out')
  })

  it('stays out when a PUT does not name active', async () => {
    const alice = name()
    const id = await at.provision({ userName: alice, externalId: alice, active: false })
    await at.call('PUT', `/Users/${id}`, { userName: alice, externalId: alice, title: 'Engineer' })
    expect(await at.logsIn({ subject: alice })).toBe('signed_out')
  })

  it('has nothing left, however that and a login meet', async () => {
    for (let round = 0; round < 8; round++) {
      const alice = name()
      const id = await at.provision({ userName: alice, externalId: alice })
      const logins = await Promise.all(
        [1, 2, 3].map(async () => {
          const made = await newRequest(at.store, { server: at.server })
          return completedLogin(made, { identity: { identitySource: at.provider.issuer, subject: alice } })
        }),
      )
      const [outcomes] = await Promise.all([
        Promise.all(logins.map((login) => at.elsewhere.logins.complete(login, AFTERWARDS))),
        at.call('PATCH', `/Users/${id}`, OKTA),
      ])
      for (const [index, { grantId }] of logins.entries())
        if (outcomes[index]?.outcome === 'completed')
          expect((await at.store.grants.find(grantId))?.revokedAt).toBeDefined()
    }
  })
})

describe('who a provisioned user is at logins', () => {
  it('follows externalId: the subject, or the object ID of Entra', async () => {
    const [sub, oid] = [name(), name()]
    const held = await at.logIn({ subject: sub, claims: { oid } })
    const id = await at.provision({ userName: name(), externalId: oid })
    await at.call('PATCH', `/Users/${id}`, ENTRA)
    expect(await at.alive(held)).toEqual(GONE)
    expect(await at.logsIn({ subject: sub, claims: { oid } })).toBe('signed_out')
    expect(await at.logsIn({ subject: name(), claims: { oid: name() } })).toBe('completed')
    expect(await at.logsIn({ subject: name(), claims: { oid: `${name()}\0` } }), 'no text').toBe('completed')
  })

  it('follows userName where no externalId was sent, and nowhere else', async () => {
    const [alice, bob] = [name(), name()]
    await at.provision({ userName: alice, active: false })
    expect(await at.logsIn({ subject: alice })).toBe('signed_out')
    await at.provision({ userName: bob, externalId: name(), active: false })
    expect(await at.logsIn({ subject: bob })).toBe('completed')
  })

  it('is never the email, unless that is configured; and then only a verified one', async () => {
    const email = `${name()}@acme.example`
    const [verified, unverified] = [
      await at.logIn({ subject: name(), email, emailVerified: true }),
      await at.logIn({ subject: name(), email, emailVerified: false }),
    ]
    const id = await at.provision({ userName: email.toUpperCase(), externalId: name(), active: false })
    expect([await at.alive(verified), await at.alive(unverified)]).toEqual([LIVE, LIVE])
    await at.configure({ scimMatch: 'email' })
    await at.store.db.execute('update refresh_tokens set rotated_at = null')
    await at.call('PATCH', `/Users/${id}`, OKTA)
    expect((await at.store.grants.find(verified.grant.id))?.revokedAt).toBeDefined()
    expect((await at.store.grants.find(unverified.grant.id))?.revokedAt).toBeUndefined()
    expect(await at.logsIn({ subject: name(), email, emailVerified: true })).toBe('signed_out')
    expect(await at.logsIn({ subject: name(), email, emailVerified: false })).toBe('completed')
    await at.configure({})
  })

  it('is the userName where that is configured', async () => {
    await at.configure({ scimMatch: 'user_name' })
    const alice = name()
    await at.provision({ userName: alice, externalId: name(), active: false })
    expect(await at.logsIn({ subject: alice })).toBe('signed_out')
    await at.configure({})
  })
})

describe('a provider cannot', () => {
  it("reach another connection's users, provisioned or logged in", async () => {
    const other = await at.further('another-client')
    const theirs = await at.newToken(other.connection)
    const alice = name()
    const [ours, held] = [
      await at.logIn({ subject: alice }),
      await at.logIn({ subject: alice }, other.server),
    ]
    const id = await at.provision({ userName: alice, externalId: alice })
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', { userName: alice, active: false }],
      ['PATCH', OKTA],
      ['DELETE', undefined],
    ] as const)
      expect((await at.call(method, `/Users/${id}`, body, theirs)).status).toBe(404)
    expect((await at.call('GET', '/Users', undefined, theirs)).body.totalResults).toBe(0)
    const twin = await at.provision({ userName: alice, externalId: alice }, theirs)
    await at.call('PATCH', `/Users/${twin}`, OKTA, theirs)
    expect([await at.alive(ours), await at.alive(held)]).toEqual([LIVE, GONE])
    expect(await at.logsIn({ subject: alice })).toBe('completed')
    expect(await at.logsIn({ subject: alice }, other.server)).toBe('signed_out')
  })

  it('do anything with a token that is made up, replaced, removed, or an API key', async () => {
    const other = await at.further('one-more-client')
    const first = await at.newToken(other.connection)
    const second = await at.newToken(other.connection)
    expect((await at.call('GET', '/Users', undefined, second)).status).toBe(200)
    for (const wrong of [
      first,
      'x',
      `vst_key_${'a'.repeat(43)}`,
      `vst_scim_${'a'.repeat(43)}`,
      hashSecret(second),
    ])
      expect(await at.call('POST', '/Users', { userName: 'mallory' }, wrong)).toMatchObject({
        status: 401,
        body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'], status: '401' },
      })
    await scimTokenStore(at.store.db).remove(other.connection.id, [], TRUSTED)
    expect((await at.call('GET', '/Users', undefined, second)).status).toBe(401)
  })

  it('guess tokens without end', async () => {
    const limits = createLimits({ ceilings: { failuresOfAddress: { burst: 3, perSecond: 0.01 } } })
    const limited = at.endpoint({ limits })
    const statuses: number[] = []
    for (let i = 0; i < 5; i++)
      statuses.push((await at.call('GET', '/Users', undefined, 'guess', limited)).status)
    expect(statuses).toEqual([401, 401, 401, 429, 429])
    expect((await at.call('GET', '/Users', undefined, at.token, limited)).status).toBe(200)
  })
  it('ask for more than a provisioning client needs', async () => {
    const limits = createLimits({ ceilings: { requestsOfScimToken: { burst: 2, perSecond: 0.01 } } })
    const limited = at.endpoint({ limits })
    const answers = []
    for (let i = 0; i < 3; i++) answers.push(await at.call('GET', '/Users', undefined, at.token, limited))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429])
  })
})
