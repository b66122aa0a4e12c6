import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import { invitations, operators } from '@/drizzle/schema/operators'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { Forbidden, NotFound, type OrganizationScope, permissionsOf, type Role } from '../access'
import { createApiKey, revokeApiKey } from '../api-keys/api-keys'
import { InvalidInput } from '../configuration/mistakes'
import type { Management } from '../management/management'
import { EXAMPLE } from '../test-support/example'
import { testInstallation } from '../test-support/installation'
import { acceptInvitation, openInvitation } from './accept-invitation'
import { invite, withdrawInvitation } from './invitations'
import { changeRole, listMembers, removeMember } from './members'
import { people } from './test-support/people'

const { apply, store } = testInstallation()
const { account, member, roles, scope, management } = people(store)

const NEWCOMER = { kind: 'newcomer', way: { passwordHash: 'a hash' } } as const

/** The same, so many days later. */
const later = (days: number): Management => ({
  ...management(),
  ports: { ...management().ports, clock: () => new Date(Date.now() + days * 86_400_000) },
})

const invited = async (by: OrganizationScope, email: string, role: Role): Promise<string> =>
  (await invite(by, { email, role }, management())).link.split('/').at(-1) ?? ''

let owner: Awaited<ReturnType<typeof member>>
beforeEach(async () => {
  await apply(EXAMPLE)
  owner = await member('olive', 'owner')
})

describe('an invitation', () => {
  it('creates an account, with the role that it was made for', async () => {
    const token = await invited(owner.scope, 'New.Person@Example.com', 'support')
    expect(await openInvitation(token, management())).toEqual({
      organization: 'acme',
      organizationName: 'Acme Inc',
      email: 'new.person@example.com',
      role: 'support',
      hasAccount: false,
    })
    expect(await acceptInvitation(token, NEWCOMER, management())).toBe('acme')
    expect(await roles()).toEqual(['new.person: support', 'olive: owner'])
    expect(await roles('globex')).toEqual([])
  })

  it('is accepted with an existing account of its address', async () => {
    const adam = await account('adam')
    const token = await invited(owner.scope, adam.email, 'admin')
    expect(await openInvitation(token, management())).toMatchObject({ hasAccount: true })
    await acceptInvitation(token, adam, management())
    expect(await roles()).toEqual(['adam: admin', 'olive: owner'])
  })

  it('is stored as a hash, and its link is in no log', async () => {
    const token = await invited(owner.scope, 'new@example.com', 'auditor')
    const log = await auditLogStore(store().db).list(owner.scope.organizationId, 100)
    const rows = await store().db.select().from(invitations)
    expect(log[0]).toMatchObject({ action: 'member.invited', targetName: 'new@example.com' })
    expect(rows).toHaveLength(1)
    expect(JSON.stringify([log, rows])).not.toContain(token)
  })
})

describe('an invitation under attack', () => {
  const closed = async (token: string, services = management()) => {
    const before = await roles()
    expect(await openInvitation(token, services)).toBeNull()
    await expect(acceptInvitation(token, NEWCOMER, services)).rejects.toThrow(NotFound)
    expect(await roles()).toEqual(before)
  }

  it('opens nothing when it is guessed, used, withdrawn or older than a week', async () => {
    await closed('guessed')
    const used = await invited(owner.scope, 'used@example.com', 'auditor')
    await acceptInvitation(used, NEWCOMER, management())
    await closed(used)
    const withdrawn = await invited(owner.scope, 'withdrawn@example.com', 'auditor')
    const open = (await listMembers(owner.scope, management())).invitations
    expect(open.map(({ email }) => email)).toEqual(['withdrawn@example.com'])
    await withdrawInvitation(owner.scope, open[0]!.id, management())
    await closed(withdrawn)
    const late = await invited(owner.scope, 'late@example.com', 'auditor')
    expect(await openInvitation(late, later(6.9))).not.toBeNull()
    await closed(late, later(7.1))
  })

  it('cannot be opened by its hash', async () => {
    await invited(owner.scope, 'new@example.com', 'admin')
    const [row] = await store().db.select().from(invitations)
    await closed(row!.tokenHash)
    await closed(row!.id)
  })

  it('makes one member when it is accepted many times at once', async () => {
    const token = await invited(owner.scope, 'new@example.com', 'admin')
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, () => acceptInvitation(token, NEWCOMER, management())),
    )
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await roles()).toEqual(['new: admin', 'olive: owner'])
    expect(await store().db.$count(operators, eq(operators.email, 'new@example.com'))).toBe(1)
  })

  it('is for no other account, and does not let an attacker choose a password for an existing one', async () => {
    const [adam, thief] = [await account('adam'), await account('thief')]
    const token = await invited(owner.scope, adam.email, 'admin')
    await expect(acceptInvitation(token, thief, management())).rejects.toThrow(NotFound)
    await expect(acceptInvitation(token, NEWCOMER, management())).rejects.toThrow(NotFound)
    expect(await roles()).toEqual(['olive: owner'])
  })

  it('is worth no more than its inviter at the time when it is accepted', async () => {
    const admin = await member('adam', 'admin')
    const [removed, demoted] = [
      await invited(admin.scope, 'one@example.com', 'admin'),
      await invited(owner.scope, 'two@example.com', 'owner'),
    ]
    await removeMember(owner.scope, admin.id, management())
    await expect(acceptInvitation(removed, NEWCOMER, management())).rejects.toThrow(NotFound)
    const second = await member('otto', 'owner')
    await changeRole(second.scope, owner.id, 'admin', management())
    await expect(acceptInvitation(demoted, NEWCOMER, management())).rejects.toThrow(NotFound)
    expect(await roles()).toEqual(['olive: admin', 'otto: owner'])
  })

  it("needs the permission, a role up to the inviter's own, and the own organization to withdraw", async () => {
    const [admin, support] = [await member('adam', 'admin'), await member('sue', 'support')]
    const stranger = await member('gwen', 'owner', 'globex')
    const to = (role: Role) => ({ email: 'new@example.com', role })
    await expect(invite(support.scope, to('auditor'), management())).rejects.toThrow(Forbidden)
    await expect(invite(admin.scope, to('owner'), management())).rejects.toThrow(InvalidInput)
    const { organizationId, organization } = owner.scope
    const crossed = { ...stranger.scope, organizationId, organization }
    await expect(invite(crossed, to('auditor'), management())).rejects.toThrow(Forbidden)
    await invited(owner.scope, 'new@example.com', 'auditor')
    const [open] = (await listMembers(owner.scope, management())).invitations
    await expect(withdrawInvitation(stranger.scope, open!.id, management())).rejects.toThrow(NotFound)
    const nobody = { ...owner.scope, actor: { kind: 'setup_link', id: owner.id, name: 'link' } as const }
    await expect(invite(nobody, to('auditor'), management())).rejects.toThrow(Forbidden)
  })

  it('of a key of the API is as good as the key, and ends no later', async () => {
    const until = new Date(Date.now() + 3 * 86_400_000)
    const made = await createApiKey(
      owner.scope,
      { name: 'CI', role: 'admin', expiresAt: until },
      management(),
    )
    const actor = { kind: 'api_key', id: made.id, name: 'CI', until } as const
    const key = { ...owner.scope, actor, permissions: permissionsOf('admin') }
    const above = invite(key, { email: 'boss@example.com', role: 'owner' }, management())
    await expect(above).rejects.toThrow(InvalidInput)
    const { link, expiresAt } = await invite(key, { email: 'one@example.com', role: 'admin' }, management())
    expect(expiresAt).toEqual(until)
    await acceptInvitation(link.split('/').at(-1) ?? '', NEWCOMER, management())
    expect(await roles()).toContain('one: admin')
    const late = await invited(key, 'two@example.com', 'admin')
    expect((await listMembers(owner.scope, management())).invitations).toMatchObject([{ inviterName: 'CI' }])
    await revokeApiKey(owner.scope, made.id, management())
    await expect(acceptInvitation(late, NEWCOMER, management())).rejects.toThrow(NotFound)
    expect(await roles()).not.toContain('two: admin')
  })

  it('is not made twice, for a member, or for what is no address', async () => {
    await invited(owner.scope, 'new@example.com', 'auditor')
    for (const email of ['NEW@example.com', 'olive@example.com', 'nobody', ''])
      await expect(invite(owner.scope, { email, role: 'auditor' }, management())).rejects.toThrow(
        InvalidInput,
      )
  })

  it('from who runs the installation needs no membership', async () => {
    const { id } = await account('root', true)
    const above = { ...(await scope('globex')), actor: { kind: 'operator', id, name: 'root' } as const }
    const token = await invited(above, 'first@example.com', 'owner')
    await acceptInvitation(token, NEWCOMER, management())
    expect(await roles('globex')).toEqual(['first: owner'])
  })
})
