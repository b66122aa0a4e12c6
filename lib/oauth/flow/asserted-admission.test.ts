import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { grants } from '@/drizzle/schema/grants'
import { users } from '@/drizzle/schema/organizations'
import type { Connection, Server } from '@/lib/oauth/model'
import { name, provisioning } from '@/lib/scim/test-support/scim'
import { AFTERWARDS } from '@/lib/store/test-support/departing'
import { newClient } from '@/lib/store/test-support/store-under-test'
import type { AccessPolicy } from '../protocol/access-rules'
import { judgeLogins } from './asserted-admission'

const OTHER = 'https://other.example'

let at: Awaited<ReturnType<typeof provisioning>>
let other: { readonly connection: Connection; readonly server: Server }
beforeAll(async () => {
  at = await provisioning()
  other = await at.further('vestibule', OTHER)
})
afterAll(() => at?.close())

const denying = (deny: AccessPolicy['deny']): AccessPolicy => ({ default: 'allow', ...(deny && { deny }) })
const staff = { claim: 'groups', contains: 'staff' } as const
const onlyStaff: AccessPolicy = { default: 'deny', allow: { users: [], when: staff } }

/** A login at the other provider that leads to the user of a login here; the subject of either. */
async function linked({ told = {} }: { readonly told?: object } = {}) {
  const [own, another] = [name(), name()]
  const mine = await logInHere(own, told)
  const theirs = await at.logIn({ subject: another, identitySource: OTHER }, other.server)
  await link(theirs.grant.userId, mine.grant.userId)
  return { own, another, userId: mine.grant.userId }
}

/** A login whose provider says this of its user. */
async function logInHere(subject: string, told: object) {
  const email = `${subject}@acme.example`
  const login = await at.logIn({ subject, email })
  const userClaims = { ...told, email, email_verified: false, sub: subject }
  await at.store.db.update(grants).set({ userClaims }).where(eq(grants.id, login.grant.id))
  return login
}

const link = (login: string, linkedTo: string) =>
  at.store.db.update(users).set({ linkedTo, linkedAt: AFTERWARDS }).where(eq(users.id, login))

/** Whether an assertion about this subject is refused for what is known of its user's logins. */
async function isRefused(
  subject: string,
  access: AccessPolicy,
  { server = at.server, source = OTHER, said = {} } = {},
) {
  const asserted = {
    organizationId: server.organizationId,
    identity: { identitySource: source, subject, claims: {} },
  }
  const ruled = { ...server, access }
  const verdict = await judgeLogins(ruled, asserted, { sub: subject, ...said }, at.store)
  const client = await at.store.clients.register(newClient(server.id))
  const given = { server, client, identity: asserted.identity, scope: [], claims: {} }
  const grant = await at.store.logins.assert(given, AFTERWARDS)
  const later = await judgeLogins(ruled, { grantId: grant?.id ?? '' }, { sub: subject, ...said }, at.store)
  expect(later.isRefused).toBe(verdict.isRefused)
  return verdict.isRefused
}

describe('an assertion about a login that leads to a user', () => {
  it('is refused where rules keep that user out at a login, and not where they let them in', async () => {
    const { own, another } = await linked({ told: { groups: ['guests'], type: 'employee' } })
    expect(await isRefused(another, onlyStaff, { said: { groups: ['staff'] } })).toBe(true)
    expect(await isRefused(another, denying({ users: [`${own}@acme.example`] }))).toBe(true)
    expect(await isRefused(another, denying({ users: [`sub:${own}`] }))).toBe(true)
    expect(await isRefused(another, denying({ users: [], when: staff }))).toBe(false)
    const welcome = await linked({ told: { groups: ['staff'] } })
    expect(await isRefused(welcome.another, onlyStaff, { said: { groups: ['staff'] } })).toBe(false)
  })

  it('is refused the other way round, too: the server’s users log in by the login that is linked', async () => {
    const { own, another } = await linked()
    const here = { server: other.server, source: at.provider.issuer }
    expect(await isRefused(own, denying({ users: [`sub:${another}`] }), here)).toBe(true)
    expect(await isRefused(own, denying({ users: ['sub:nobody'] }), here)).toBe(false)
  })

  it('is judged by names alone where the user never logged in here: absent claims count neither way', async () => {
    const { own, another, userId } = await linked()
    const unseen = name()
    const stranger = await at.logIn(
      { subject: unseen, identitySource: 'https://third.example' },
      other.server,
    )
    await link(stranger.grant.userId, userId)
    const third = await at.further('vestibule', 'https://third.example')
    const here = { server: third.server, source: at.provider.issuer }
    const isNoGuest = { not: { claim: 'type', equals: 'employee' } } as const
    expect(await isRefused(own, denying({ users: [], when: isNoGuest }), here)).toBe(false)
    expect(await isRefused(own, onlyStaff, here)).toBe(false)
    expect(await isRefused(own, denying({ users: [`sub:${unseen}`] }), here)).toBe(true)
    const byName = { any: [staff, { claim: 'sub', equals: unseen }] }
    expect(await isRefused(own, denying({ users: [], when: byName }), here)).toBe(true)
    // Neither a login elsewhere nor somebody else’s.
    expect(await isRefused(own, denying({ users: [`sub:${another}`] }), here)).toBe(false)
  })

  it('is judged by the groups that SCIM says of the user, at once', async () => {
    await at.configure({ scimGroups: true })
    const { own, another } = await linked({ told: { groups: ['staff'] } })
    const id = await at.provision({ userName: own, externalId: own })
    const said = { groups: ['staff'] }
    expect(await isRefused(another, onlyStaff, { said })).toBe(true)
    await at.call('POST', '/Groups', { displayName: 'staff', members: [{ value: id }] })
    expect(await isRefused(another, onlyStaff, { said })).toBe(false)
    await at.configure({})
  })
})

it('an assertion that says less than its user’s login does not undo what the login said', async () => {
  const own = name()
  const here = { source: at.provider.issuer }
  await logInHere(own, { groups: ['contractors'] })
  const contractors = denying({ users: [], when: { claim: 'groups', contains: 'contractors' } })
  expect(await isRefused(own, contractors, here)).toBe(true)
  expect(await isRefused(own, contractors, { ...here, said: { groups: ['staff'] } })).toBe(false)
  expect(await isRefused(name(), contractors, here)).toBe(false)
})
