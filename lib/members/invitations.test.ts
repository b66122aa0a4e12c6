import { eq, like } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import { invitations, operators } from '@/drizzle/schema/operators'
import { operatorAccounts } from '@/lib/accounts/operators'
import { keyring } from '@/lib/crypto/keyring'
import { operatorLinkStore } from '@/lib/store/accounts/operator-links'
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
    })
    expect(await acceptInvitation(token, NEWCOMER, management())).toBe('acme')
    expect(await roles()).toEqual(['new.person: support', 'olive: owner'])
    expect(await roles('globex')).toEqual([])
  })

  it('is accepted with an existing account of its address', async () => {
    const adam = await account('adam')
    const token = await invited(owner.scope, adam.email, 'admin')
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

describe('an address', () => {
  const accounts = () =>
    operatorAccounts({
      publicUrl: 'https://auth.example.com',
      db: store().db,
      keyring: keyring([{ id: 'k1', key: Buffer.alloc(32, 1) }]),
      rateLimits: false,
    })
  const newcomer = async (password: string) =>
    ({ kind: 'newcomer', way: { passwordHash: await accounts().hashPassword(password) } }) as const
  /** What the operator who signs in sees. */
  const organizationsOf = async (email: string, password: string) => {
    const answer = await accounts().call('/sign-in/email', { email, password }, new Headers())
    if (!answer.ok) return answer.status
    const cookie = answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ')
    const operator = await accounts().current(new Headers({ cookie }))
    if (!operator) throw new Error('nobody signed in')
    expect(operator.email).toBe(email)
    const { rows } = await accounts().organizations(operator, undefined, 9)
    return rows.map(({ slug }) => slug)
  }

  it('that an organization invited and chose a password for stays open to its owner elsewhere', async () => {
    const ceo = 'ceo@other.example'
    const squatter = await member('gwen', 'admin', 'globex')
    await acceptInvitation(
      await invited(squatter.scope, ceo, 'auditor'),
      await newcomer('the squatter’s password'),
      management(),
    )
    const token = await invited(owner.scope, ceo, 'admin')
    await acceptInvitation(token, await newcomer('the owner’s password'), management())
    expect(await organizationsOf(ceo, 'the owner’s password')).toEqual(['acme'])
    expect(await organizationsOf(ceo, 'the squatter’s password')).toEqual(['globex'])
    expect(await organizationsOf(ceo, 'a guess at a password')).toBe(401)
    const { members } = await listMembers(owner.scope, management())
    expect(members.map(({ email }) => email)).toContain(ceo)
  })

  it('is not told to have an account by an invitation, nor not to', async () => {
    const adam = await account('adam')
    const [known, unknown] = [
      await invited(owner.scope, adam.email, 'auditor'),
      await invited(owner.scope, 'ewan@example.com', 'auditor'),
    ]
    const { email: _, ...one } = (await openInvitation(known, management())) ?? { email: '' }
    const { email: __, ...other } = (await openInvitation(unknown, management())) ?? { email: '' }
    expect(one).toEqual(other)
    for (const token of [known, unknown]) await acceptInvitation(token, NEWCOMER, management())
  })

  it('gets an account for each of two invitations that are accepted at once', async () => {
    const other = await member('gwen', 'admin', 'globex')
    for (let round = 0; round < 5; round++) {
      const email = `twice-${round}@example.com`
      const tokens = [
        await invited(owner.scope, email, 'auditor'),
        await invited(other.scope, email, 'auditor'),
      ]
      const joined = await Promise.all(tokens.map((token) => acceptInvitation(token, NEWCOMER, management())))
      expect(joined).toEqual(['acme', 'globex'])
    }
  })

  it('of an account elsewhere makes one operator, when two invitations are accepted with it at once', async () => {
    const other = await member('gwen', 'admin', 'globex')
    for (let round = 0; round < 5; round++) {
      const email = `elsewhere-${round}@example.com`
      const tokens = [
        await invited(owner.scope, email, 'auditor'),
        await invited(other.scope, email, 'auditor'),
      ]
      const way = { providerId: 'https://idp.example', accountId: `${round}` }
      const results = await Promise.allSettled(
        tokens.map((token) => acceptInvitation(token, { kind: 'newcomer', way }, management())),
      )
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      const refused = results.find((result) => result.status === 'rejected')
      expect(refused?.reason).toBeInstanceOf(NotFound)
      expect(await store().db.$count(operators, like(operators.email, `elsewhere-${round}%`))).toBe(1)
    }
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
    await acceptInvitation(token, NEWCOMER, management())
    const ways = await operatorLinkStore(store().db).waysOf(adam.id)
    expect(ways.hasPassword, 'a new account beside it').toBe(false)
  })

  it('is worth no more than its inviter at the time when it is accepted', async () => {
    const admin = await member('adam', 'admin')
    const [removed, demoted] = [
      await invited(admin.scope, 'one@example.com', 'admin'),
      await invited(owner.scope, 'two@example.com', 'owner'),
    ]
    await removeMember(owner.scope, admin.id, management())
    expect(await openInvitation(removed, management())).toBeNull()
    await expect(acceptInvitation(removed, NEWCOMER, management())).rejects.toThrow(NotFound)
    const second = await member('otto', 'owner')
    await changeRole(second.scope, owner.id, 'admin', management())
    expect(await openInvitation(demoted, management())).toBeNull()
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
