import { beforeEach, describe, expect, it } from 'vitest'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { Forbidden, NotFound, ROLES } from '../access'
import { InvalidInput } from '../configuration/mistakes'
import { EXAMPLE } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { changeRole, listMembers, removeMember } from './members'
import { people } from './test-support/people'

const { apply, store } = testInstallation()
const { account, member, roles, scope, management } = people(store)

beforeEach(async () => {
  await apply(EXAMPLE)
})

const settled = (work: readonly Promise<unknown>[]) =>
  Promise.allSettled(work).then((results) => results.filter(({ status }) => status === 'fulfilled').length)

describe('members under attack', () => {
  it('are managed by owners and admins only', async () => {
    const owner = await member('olive', 'owner')
    for (const role of ['support', 'auditor'] as const) {
      const low = await member(role, role)
      await expect(listMembers(low.scope, management())).rejects.toThrow(Forbidden)
      await expect(changeRole(low.scope, low.id, 'owner', management())).rejects.toThrow(Forbidden)
      await expect(removeMember(low.scope, owner.id, management())).rejects.toThrow(Forbidden)
    }
    expect(await roles()).toEqual(['auditor: auditor', 'olive: owner', 'support: support'])
  })

  it('get no role above that of who gives it, nor lose one', async () => {
    const owner = await member('olive', 'owner')
    const admin = await member('adam', 'admin')
    const other = await member('otto', 'owner')
    await expect(changeRole(admin.scope, admin.id, 'owner', management())).rejects.toThrow(InvalidInput)
    await expect(changeRole(admin.scope, owner.id, 'auditor', management())).rejects.toThrow(InvalidInput)
    await expect(removeMember(admin.scope, other.id, management())).rejects.toThrow(InvalidInput)
    expect(await roles()).toEqual(['adam: admin', 'olive: owner', 'otto: owner'])
  })

  it('of another organization are not there', async () => {
    const owner = await member('olive', 'owner')
    const theirs = await member('gwen', 'auditor', 'globex')
    await expect(changeRole(owner.scope, theirs.id, 'admin', management())).rejects.toThrow(NotFound)
    await expect(removeMember(owner.scope, theirs.id, management())).rejects.toThrow(NotFound)
    expect(await roles('globex')).toEqual(['gwen: auditor'])
    const { members } = await listMembers(owner.scope, management())
    expect(members.map(({ email }) => email)).toEqual(['olive@example.com'])
  })

  it('are not managed with a role that was taken away since', async () => {
    const owner = await member('olive', 'owner')
    const admin = await member('adam', 'admin')
    const victim = await member('vera', 'auditor')
    await changeRole(owner.scope, admin.id, 'auditor', management())
    await expect(removeMember(admin.scope, victim.id, management())).rejects.toThrow(Forbidden)
    await removeMember(owner.scope, admin.id, management())
    await expect(changeRole(admin.scope, victim.id, 'admin', management())).rejects.toThrow(Forbidden)
  })
})

describe('the last owner', () => {
  it('can neither leave nor be demoted, by any role', async () => {
    const { id, scope: own } = await member('olive', 'owner')
    const above = await scope('acme')
    for (const by of [own, above]) {
      await expect(removeMember(by, id, management())).rejects.toThrow(InvalidInput)
      for (const role of ROLES.filter((other) => other !== 'owner'))
        await expect(changeRole(by, id, role, management())).rejects.toThrow(InvalidInput)
    }
    await changeRole(own, id, 'owner', management())
    expect(await roles()).toEqual(['olive: owner'])
  })

  it('is left when two owners demote each other at once, or remove each other', async () => {
    for (const end of ['demoted', 'removed'] as const) {
      const [one, two] = [await member(`one-${end}`, 'owner'), await member(`two-${end}`, 'owner')]
      const before = (await roles()).filter((role) => role.endsWith(': owner')).length
      const act =
        end === 'demoted'
          ? [
              changeRole(one.scope, two.id, 'auditor', management()),
              changeRole(two.scope, one.id, 'auditor', management()),
            ]
          : [removeMember(one.scope, two.id, management()), removeMember(two.scope, one.id, management())]
      expect(await settled(act)).toBe(1)
      expect((await roles()).filter((role) => role.endsWith(': owner'))).toHaveLength(before - 1)
    }
  })

  it('is left when all of many owners demote themselves at once', async () => {
    const owners = await Promise.all(
      Array.from({ length: 6 }, (_, index) => member(`owner${index}`, 'owner')),
    )
    const demotions = owners.map(({ id, scope }) => changeRole(scope, id, 'admin', management()))
    expect(await settled(demotions)).toBe(5)
    expect((await roles()).filter((role) => role.endsWith(': owner'))).toHaveLength(1)
  })
})

describe('changes of members', () => {
  it('are written down with who did it, to whom, and from what to what', async () => {
    const owner = await member('olive', 'owner')
    const other = await member('adam', 'auditor')
    await changeRole(owner.scope, other.id, 'admin', management())
    await removeMember(owner.scope, other.id, management())
    const log = await auditLogStore(store().db).list(owner.scope.organizationId, 2)
    expect(log).toMatchObject([
      { action: 'member.removed', actorId: owner.id, targetId: other.id, detail: { role: 'admin' } },
      {
        action: 'member.role_changed',
        targetName: 'adam@example.com',
        detail: { from: 'auditor', to: 'admin' },
      },
    ])
  })

  it('can be made by the installation operator, who is no member', async () => {
    const { id } = await account('root', true)
    const other = await member('adam', 'auditor')
    const above = { ...(await scope('acme')), actor: { kind: 'operator', id, name: 'root' } as const }
    await changeRole(above, other.id, 'owner', management())
    expect(await roles()).toEqual(['adam: owner'])
  })
})
