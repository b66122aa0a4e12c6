import { sql } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { platformLinkStore } from '@/lib/store/accounts/platform-links'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { Forbidden, type OrganizationScope, permissionsOf } from '../access'
import { createApiKey, listApiKeys, revokeApiKey } from '../api-keys/api-keys'
import { findKeyHolder } from '../api-keys/key-holder'
import { createConnection } from '../connections/connections'
import { addPerson, renewPasswordLink } from '../connections/platform-users'
import { createSetupLink, listSetupLinks } from '../setup-links/links'
import { EXAMPLE } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { openInvitation } from './accept-invitation'
import { invite, withdrawInvitation } from './invitations'
import { changeRole, listMembers, readDescent, removeMember } from './members'
import { people } from './test-support/people'

const { apply, store } = testInstallation()
const { member, withKey, roles, management } = people(store)

let owner: Awaited<ReturnType<typeof member>>
let adam: Awaited<ReturnType<typeof member>>
beforeEach(async () => {
  await apply(EXAMPLE)
  owner = await member('olive', 'owner')
  adam = await member('adam', 'admin')
})

const newKey = (scope: OrganizationScope, name: string, role: 'admin' | 'owner' | 'auditor' = 'admin') =>
  createApiKey(scope, { name, role }, management())

const newLink = (scope: OrganizationScope, label: string) =>
  createSetupLink(scope, { label, connection: 'okta' }, management())

const keyNames = async () =>
  (await listApiKeys(owner.scope, { limit: 100 }, management())).map(({ name }) => name)

const openLinks = async () =>
  (await listSetupLinks(owner.scope, management()))
    .filter(({ state }) => state === 'open')
    .map(({ label }) => label)

/** A key, its child, its grandchild, and a link of each. */
async function family(scope: OrganizationScope, name = 'adam') {
  const key = await newKey(scope, `${name}’s`)
  const child = await newKey(await withKey(key.key), `${name}’s child`)
  const grandchild = await newKey(await withKey(child.key), `${name}’s grandchild`)
  await newLink(scope, `${name}’s link`)
  await newLink(await withKey(grandchild.key), `${name}’s grandchild’s link`)
  return { key, child, grandchild }
}

describe('a removed administrator', () => {
  it('keeps no API key, no key that was made with one, and no setup link', async () => {
    const { key, child, grandchild } = await family(adam.scope)
    await newKey(owner.scope, 'olive’s')
    await newLink(owner.scope, 'olive’s link')
    await removeMember(owner.scope, adam.id, management())
    for (const made of [key, child, grandchild])
      expect(await findKeyHolder(made.key, management())).toBeNull()
    expect(await keyNames()).toEqual(['olive’s'])
    expect(await openLinks()).toEqual(['olive’s link'])
  })

  it('is shown to whoever removes them with everything that ends, before', async () => {
    await family(adam.scope)
    await invite(adam.scope, { email: 'friend@example.com', role: 'admin' }, management())
    const before = await readDescent(owner.scope, adam.id, management())
    expect(before.apiKeys.map(({ name }) => name)).toEqual(['adam’s', 'adam’s child', 'adam’s grandchild'])
    expect(before.setupLinks.map(({ label }) => label)).toEqual(['adam’s link', 'adam’s grandchild’s link'])
    expect(before.invitations.map(({ email }) => email)).toEqual(['friend@example.com'])
    expect(await keyNames()).toHaveLength(3)
  })

  it('takes along the keys of a key that was revoked before revocations reached them', async () => {
    const { key } = await family(adam.scope)
    await store().db.execute(sql`update api_keys set revoked_at = now() where id = ${key.id}`)
    await removeMember(owner.scope, adam.id, management())
    expect(await keyNames()).toEqual([])
  })

  it('leaves an entry for each in the audit log, in the same transaction', async () => {
    const { child } = await family(adam.scope)
    await removeMember(owner.scope, adam.id, management())
    const log = await auditLogStore(store().db).list(owner.scope.organizationId, 20)
    const ended = log.filter(({ detail }) => detail.because === 'member.removed')
    expect(ended.map(({ action }) => action).toSorted()).toEqual([
      'api_key.revoked',
      'api_key.revoked',
      'api_key.revoked',
      'setup_link.revoked',
      'setup_link.revoked',
    ])
    expect(ended.find(({ targetId }) => targetId === child.id)).toMatchObject({
      actorId: owner.id,
      detail: { of: 'adam@example.com' },
    })
  })

  it.each([
    ['removed', () => removeMember(owner.scope, adam.id, management())],
    ['demoted', () => changeRole(owner.scope, adam.id, 'support', management())],
  ])('who is %s becomes none of the people with a link that they made', async (_, end) => {
    await createConnection(owner.scope, { name: 'People', slug: 'people', type: 'platform' }, management())
    const add = (scope: OrganizationScope, address: string) =>
      addPerson(scope, 'people', { address, name: '' }, management())
    const ada = await add(owner.scope, 'ada@example.com')
    const adas = await renewPasswordLink(adam.scope, 'people', ada.id, management())
    const { key } = await newKey(adam.scope, 'adam’s')
    const bobs = await add(await withKey(key), 'bob@example.com')
    const cleos = await add(owner.scope, 'cleo@example.com')
    const opens = async ({ link }: { readonly link: string }) => {
      const token = new URL(link).searchParams.get('link') ?? ''
      return (await platformLinkStore(store().db).findByLink(hashSecret(token), new Date())) !== null
    }
    expect((await readDescent(owner.scope, adam.id, management())).passwordLinks).toHaveLength(2)
    await end()
    expect(await Promise.all([adas, bobs, cleos].map(opens))).toEqual([false, false, true])
    await expect(renewPasswordLink(adam.scope, 'people', ada.id, management())).rejects.toThrow(Forbidden)
  })

  it('leaves invitations that show no form', async () => {
    const { link } = await invite(adam.scope, { email: 'friend@example.com', role: 'admin' }, management())
    const token = link.split('/').at(-1) ?? ''
    expect(await openInvitation(token, management())).not.toBeNull()
    await removeMember(owner.scope, adam.id, management())
    expect(await openInvitation(token, management())).toBeNull()
    expect((await listMembers(owner.scope, management())).invitations).toEqual([])
  })

  it('leaves none either where they were removed before removals reached invitations', async () => {
    const { link } = await invite(adam.scope, { email: 'friend@example.com', role: 'admin' }, management())
    await store().db.execute(sql`delete from members where operator_id = ${adam.id}`)
    expect(await openInvitation(link.split('/').at(-1) ?? '', management())).toBeNull()
  })

  it('keeps what they have in other organizations', async () => {
    const elsewhere = await member('gwen', 'admin', 'globex')
    await newKey(elsewhere.scope, 'gwen’s')
    await removeMember({ ...owner.scope }, adam.id, management())
    expect(await listApiKeys(elsewhere.scope, { limit: 9 }, management())).toHaveLength(1)
  })

  it('gets neither key nor link that survives, with requests at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const adam = await member(`adam-${round}`, 'admin')
      const first = await newKey(adam.scope, 'first')
      const scope = await withKey(first.key)
      await Promise.allSettled([
        newKey(scope, 'child'),
        newLink(scope, 'link of the key'),
        newLink(adam.scope, 'link'),
        newKey(adam.scope, 'second'),
        removeMember(owner.scope, adam.id, management()),
      ])
      expect(await keyNames()).toEqual([])
      expect(await openLinks()).toEqual([])
      await expect(newLink(adam.scope, 'later')).rejects.toThrow(Forbidden)
      await expect(newKey(scope, 'later')).rejects.toThrow(Forbidden)
      await expect(newLink(scope, 'later')).rejects.toThrow(Forbidden)
    }
  })
})

describe('a demoted administrator', () => {
  it('keeps what the new role could have made, and nothing else', async () => {
    const other = await member('otto', 'owner')
    await newKey(other.scope, 'owner', 'owner')
    await family(other.scope, 'otto')
    await changeRole(owner.scope, other.id, 'admin', management())
    expect(await keyNames()).toEqual(['otto’s', 'otto’s child', 'otto’s grandchild'])
    expect(await openLinks()).toHaveLength(2)
    await changeRole(owner.scope, other.id, 'support', management())
    expect(await keyNames()).toEqual([])
    expect(await openLinks()).toEqual([])
  })
})

describe('a revoked key', () => {
  it('takes along what was made with it', async () => {
    const { key, child, grandchild } = await family(adam.scope)
    await revokeApiKey(owner.scope, child.id, management())
    expect(await keyNames()).toEqual(['adam’s'])
    expect(await openLinks()).toEqual(['adam’s link'])
    expect(await findKeyHolder(grandchild.key, management())).toBeNull()
    expect(await findKeyHolder(key.key, management())).not.toBeNull()
  })

  it('changes no members any more, though the request came in before', async () => {
    const key = await newKey(owner.scope, 'stolen')
    const scope = { ...(await withKey(key.key)), permissions: permissionsOf('admin') }
    const friend = await member('friend', 'auditor')
    const invited = await invite(owner.scope, { email: 'new@example.com', role: 'auditor' }, management())
    await revokeApiKey(owner.scope, key.id, management())
    for (const deed of [
      () => changeRole(scope, friend.id, 'admin', management()),
      () => removeMember(scope, friend.id, management()),
      () => invite(scope, { email: 'another@example.com', role: 'admin' }, management()),
      () => withdrawInvitation(scope, invited.id, management()),
    ])
      await expect(deed()).rejects.toThrow(Forbidden)
    expect(await roles()).toContain('friend: auditor')
  })

  it('cannot have a child survive that it makes at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const key = await newKey(owner.scope, 'stolen')
      const scope = { ...(await withKey(key.key)), permissions: permissionsOf('admin') }
      await Promise.allSettled([
        newKey(scope, 'child'),
        newLink(scope, 'link'),
        revokeApiKey(owner.scope, key.id, management()),
      ])
      expect(await keyNames()).toEqual([])
      expect(await openLinks()).toEqual([])
    }
  })
})
