import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { users } from '@/drizzle/schema/organizations'
import type { Server } from '@/lib/oauth/model'
import { assertedLogin } from '@/lib/store/test-support/asserted'
import { name, patch, provisioning } from './test-support/scim'

let at: Awaited<ReturnType<typeof provisioning>>
beforeAll(async () => {
  at = await provisioning()
})
afterAll(() => at?.close())
beforeEach(() => at.configure({ scimGroups: true }))

async function group(displayName: string, ...members: string[]): Promise<string> {
  const value = { displayName, members: members.map((id) => ({ value: id })) }
  const { status, body } = await at.call('POST', '/Groups', value)
  expect(status).toBe(201)
  return body.id
}

const told = (identity: object, { id } = at.connection) =>
  at.elsewhere.provisioned.claimsOf(id, {
    identitySource: at.provider.issuer,
    subject: 'nobody',
    claims: {},
    ...identity,
  })

/** What another instance finds with a grant, however it looks for it. */
async function found(grantId: string, opaque: string, { id }: Pick<Server, 'id'> = at.server) {
  const grant = await at.elsewhere.grants.find(grantId)
  const live = await at.elsewhere.accessTokens.findLive(opaque, { id }, true)
  const token = await at.elsewhere.accessTokens.find(opaque)
  const all = [grant, live?.grant, token?.grant].map((one) => one?.provisionedClaims)
  expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(1)
  return all[0]
}

describe('groups that are pushed over SCIM', () => {
  it('are those of the user by name, from the change on, at every instance', async () => {
    const [alice, staff] = [name(), name()]
    const id = await at.provision({ userName: alice, externalId: alice })
    const held = await at.logIn({ subject: alice })
    const now = () => found(held.grant.id, held.opaque)
    expect(await now()).toEqual({ groups: [] })
    const groupId = await group(staff, id)
    await group('Others')
    expect(await now()).toEqual({ groups: [staff] })
    expect(await told({ subject: alice })).toEqual({ groups: [staff] })
    await at.call('PATCH', `/Groups/${groupId}`, patch({ op: 'replace', path: 'displayName', value: 'New' }))
    expect(await now()).toEqual({ groups: ['New'] })
    await at.call('PATCH', `/Groups/${groupId}`, patch({ op: 'remove', path: `members[value eq "${id}"]` }))
    expect(await now()).toEqual({ groups: [] })
  })

  it('are absent of a user who is not provisioned, not active, or deleted', async () => {
    const alice = name()
    expect(await told({ subject: alice })).toEqual({ groups: null })
    const id = await at.provision({ userName: alice, externalId: alice })
    await group(name(), id)
    expect((await told({ subject: alice }))?.groups).toHaveLength(1)
    await at.call('PATCH', `/Users/${id}`, patch({ op: 'replace', value: { active: false } }))
    expect(await told({ subject: alice })).toEqual({ groups: null })
    await at.call('DELETE', `/Users/${id}`)
    expect(await told({ subject: alice })).toEqual({ groups: null })
  })

  it('are nothing where the connection lets tokens say them', async () => {
    const alice = name()
    const id = await at.provision({ userName: alice, externalId: alice })
    await group(name(), id)
    const held = await at.logIn({ subject: alice })
    await at.configure({})
    expect(await told({ subject: alice })).toBeNull()
    expect(await found(held.grant.id, held.opaque)).toBeUndefined()
  })

  it('go to the user whom scim_match means, and to no other', async () => {
    const [alice, objectId] = [name(), name()]
    const email = `${alice}@acme.example`
    const id = await at.provision({ userName: alice, externalId: objectId, emails: [{ value: email }] })
    const staff = name()
    await group(staff, id)
    const is = { groups: [staff] }
    expect(await told({ subject: name(), claims: { oid: objectId } })).toEqual(is)
    expect(await told({ subject: alice, email, emailVerified: true })).toEqual({ groups: null })
    await at.configure({ scimGroups: true, scimMatch: 'user_name' })
    expect(await told({ subject: alice })).toEqual(is)
    expect(await told({ subject: objectId })).toEqual({ groups: null })
    await at.configure({ scimGroups: true, scimMatch: 'email' })
    expect(await told({ email: email.toUpperCase(), emailVerified: true })).toEqual(is)
    expect(await told({ email, emailVerified: false })).toEqual({ groups: null })
    expect(await told({ email })).toEqual({ groups: null })
  })

  it('are those that its own connection pushed', async () => {
    const other = await at.further('other')
    const token = await at.newToken(other.connection)
    const alice = name()
    const id = await at.provision({ userName: alice, externalId: alice }, token)
    await at.call('POST', '/Groups', { displayName: 'Theirs', members: [{ value: id }] }, token)
    expect(await told({ subject: alice })).toEqual({ groups: null })
  })

  it('are not lent to the same subject of another issuer', async () => {
    const alice = name()
    const id = await at.provision({ userName: alice, externalId: alice })
    const staff = name()
    await group(staff, id)
    for (const foreign of [
      'https://evil.example',
      `${at.provider.issuer}/`,
      `${at.provider.issuer} tenant:t`,
    ])
      expect(await told({ subject: alice, identitySource: foreign })).toBeNull()
    const forged = await assertedLogin(at.store, at.server, 'https://evil.example', alice)
    expect((await at.elsewhere.grants.find(forged.id))?.provisionedClaims).toBeUndefined()
    const own = await assertedLogin(at.store, at.server, at.provider.issuer, alice)
    expect((await at.elsewhere.grants.find(own.id))?.provisionedClaims).toEqual({ groups: [staff] })
  })

  it('come to the users of listed tenants', async () => {
    const tenant = '11111111-2222-3333-4444-555555555555'
    const issuer = 'https://login.example/{tenantid}/v2.0'
    const alice = name()
    const id = await at.provision({ userName: alice, externalId: alice })
    const staff = name()
    await group(staff, id)
    await at.configure({ scimGroups: true, issuer, allowedTenants: [tenant] })
    const of = (identitySource: string) => told({ subject: alice, identitySource })
    expect(await of(`https://login.example/${tenant}/v2.0`)).toEqual({ groups: [staff] })
    expect(await of('https://login.example/99999999-2222-3333-4444-555555555555/v2.0')).toBeNull()
    expect(await of(issuer)).toBeNull()
  })

  it('by email are lost with the verification', async () => {
    const alice = name()
    const email = `${alice}@acme.example`
    const id = await at.provision({ userName: alice, emails: [{ value: email }] })
    await group('Staff', id)
    await at.configure({ scimGroups: true, scimMatch: 'email' })
    const held = await at.logIn({ subject: alice, email, emailVerified: true })
    expect(await found(held.grant.id, held.opaque)).toEqual({ groups: ['Staff'] })
    await at.store.db.update(users).set({ emailVerified: false }).where(eq(users.id, held.grant.userId))
    expect(await found(held.grant.id, held.opaque)).toEqual({ groups: null })
  })
})
