import { and, eq, isNull } from 'drizzle-orm'
import { beforeEach, describe, expect, it } from 'vitest'
import { operatorPasskeys, operators } from '@/drizzle/schema/operators'
import { Forbidden, NotFound, PERMISSIONS, permissionsOf } from '@/lib/access'
import { operatorAccounts } from '@/lib/accounts/operators'
import { setupToken } from '@/lib/accounts/setup-token'
import { createApiKey } from '@/lib/api-keys/api-keys'
import { findKeyHolder } from '@/lib/api-keys/key-holder'
import { InvalidInput } from '@/lib/configuration/mistakes'
import { keyring } from '@/lib/crypto/keyring'
import { openInvitation } from '@/lib/members/accept-invitation'
import { invite } from '@/lib/members/invitations'
import { people } from '@/lib/members/test-support/people'
import { auditLogStore } from '@/lib/store/audit/audit-log'
import { newId } from '@/lib/store/database/ids'
import { EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import {
  changeOperator,
  inviteOperator,
  listOperators,
  openOperatorLink,
  resetOperator,
  useOperatorLink as spendOperatorLink,
} from './operators'

const { apply, store } = testInstallation()
const { account, member, management, scope } = people(store)

const SCOPE = {
  organizationId: null,
  actor: { kind: 'command_line', name: 'command line' },
  permissions: PERMISSIONS,
} as const

const stores = () => ({ db: store().db, publicUrl: 'https://auth.example.com' })
const KEYRING = keyring([{ id: 'k1', key: Buffer.alloc(32, 1) }])
const accounts = () =>
  operatorAccounts({
    ...stores(),
    keyring: KEYRING,
    rateLimits: false,
  })

const tokenOf = ({ link }: { readonly link: string }) => link.split('/').at(-1) ?? ''
const accept = async (made: { readonly link: string }, password: string) =>
  spendOperatorLink(tokenOf(made), () => accounts().hashPassword(password), stores())

/** Who is signed in with these; null when nobody is. */
async function signIn(email: string, password: string) {
  const answer = await accounts().call('/sign-in/email', { email, password }, new Headers())
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  return { cookie, operator: await accounts().current(new Headers({ cookie })) }
}

const running = () =>
  store().db.$count(operators, and(eq(operators.isInstallationOperator, true), isNull(operators.disabledAt)))

const change = (id: string, wanted: 'promote' | 'demote' | 'disable') =>
  changeOperator(SCOPE, id, wanted, stores())

beforeEach(async () => {
  await apply(EXAMPLE)
})

describe('an operator of the installation', () => {
  it('is invited with a link that works once, and signs in', async () => {
    const made = await inviteOperator(SCOPE, 'Root@Example.com', stores())
    await accept(made, 'a long enough password')
    await expect(accept(made, 'another long password')).rejects.toThrow(NotFound)
    const { operator } = await signIn('root@example.com', 'a long enough password')
    expect(operator).toMatchObject({ email: 'root@example.com', isInstallationOperator: true })
  })

  it('is listed with what they may do', async () => {
    await member('adam', 'admin')
    await account('root', true)
    const listed = await listOperators(SCOPE, stores())
    expect(
      listed.map(({ email, isInstallationOperator, organizations }) => [
        email,
        isInstallationOperator,
        organizations,
      ]),
    ).toEqual([
      ['adam@example.com', false, ['acme: admin']],
      ['olive@installation.example', true, []],
      ['root@example.com', true, []],
    ])
    const admin = { ...SCOPE, permissions: permissionsOf('admin') }
    await expect(listOperators(admin, stores())).rejects.toThrow(Forbidden)
    await expect(inviteOperator(admin, 'a@example.com', stores())).rejects.toThrow(Forbidden)
    await expect(resetOperator(admin, 'root@example.com', stores())).rejects.toThrow(Forbidden)
    await expect(changeOperator(admin, 'root@example.com', 'promote', stores())).rejects.toThrow(Forbidden)
  })

  it('is always left: the last is neither demoted nor disabled, of all at once one stays', async () => {
    const ids = await Promise.all(
      [1, 2, 3, 4].map(async (index) => (await account(`root-${index}`, true)).id),
    )
    await scope('acme').then(() => change('olive', 'demote'))
    for (const wanted of ['demote', 'disable'] as const) {
      await Promise.allSettled(ids.map((id) => change(id, wanted)))
      expect(await running()).toBe(1)
      for (const id of ids)
        await store()
          .db.update(operators)
          .set({ isInstallationOperator: true, disabledAt: null })
          .where(eq(operators.id, id))
    }
    for (const id of ids.slice(1)) await change(id, 'disable')
    await expect(change(ids[0]!, 'demote')).rejects.toThrow(InvalidInput)
    await expect(change(ids[0]!, 'disable')).rejects.toThrow(InvalidInput)
    await change(ids[1]!, 'promote')
    await expect(change(ids[0]!, 'demote'), 'a disabled one runs nothing').rejects.toThrow(InvalidInput)
  })
})

it('a stranger with a made-up link has no password hashed, which others wait for', async () => {
  let hashed = 0
  const hash = async () => `${hashed++}`
  await expect(spendOperatorLink('made-up', hash, stores())).rejects.toThrow(NotFound)
  expect(hashed).toBe(0)
})

describe('an operator of the installation who is disabled or demoted', () => {
  const actingAs = ({ id, email }: { readonly id: string; readonly email: string }) => ({
    ...SCOPE,
    actor: { kind: 'operator', id, name: email } as const,
  })

  beforeEach(() => account('root', true))

  it.each(['disable', 'demote'] as const)('(%s) comes back with no link of theirs', async (wanted) => {
    const mallory = await account('mallory', true)
    const victim = await account('victim', true)
    const invited = await inviteOperator(actingAs(mallory), 'friend@example.com', stores())
    const taken = await resetOperator(actingAs(mallory), victim.id, stores())
    const left = await inviteOperator(actingAs(victim), 'colleague@example.com', stores())
    await change(mallory.id, wanted)
    for (const link of [invited, taken])
      await expect(accept(link, 'a long enough password')).rejects.toThrow(NotFound)
    await accept(left, 'a long enough password')
    const entries = await auditLogStore(store().db).list('installation', 20)
    const withdrawn = entries.filter(({ action }) => action === 'operator.link_withdrawn')
    expect(withdrawn.map(({ targetName }) => targetName).toSorted()).toEqual([
      'friend@example.com',
      'victim@example.com',
    ])
  })

  it('does not enable themselves with a link that they had made before', async () => {
    const mallory = await account('mallory', true)
    const link = await resetOperator(SCOPE, mallory.id, stores())
    await change(mallory.id, 'disable')
    await expect(accept(link, 'a long enough password')).rejects.toThrow(NotFound)
  })

  it('makes one link that is good, however many at once', async () => {
    const { id } = await account('twice', true)
    for (const make of [
      () => resetOperator(SCOPE, id, stores()),
      () => inviteOperator(SCOPE, 'new@example.com', stores()),
    ]) {
      const made = await Promise.all(Array.from({ length: 8 }, make))
      const opened = await Promise.all(made.map((link) => openOperatorLink(tokenOf(link), stores())))
      expect(opened.filter((link) => link !== null)).toHaveLength(1)
    }
  })

  it('makes no link that survives, with a request at the same moment', async () => {
    for (let round = 0; round < 5; round++) {
      const mallory = await account(`mallory-${round}`, true)
      const [made] = await Promise.allSettled([
        inviteOperator(actingAs(mallory), `friend-${round}@example.com`, stores()),
        change(mallory.id, 'disable'),
      ])
      if (made.status === 'fulfilled')
        expect(await openOperatorLink(tokenOf(made.value), stores())).toBeNull()
    }
  })

  it('takes along the links of an API key that they made', async () => {
    const mallory = await account('mallory', true)
    const key = await createApiKey(actingAs(mallory), { name: 'theirs', role: 'owner' }, management())
    const byKey = { ...SCOPE, actor: { kind: 'api_key', id: key.id, name: 'theirs' } as const }
    const invited = await inviteOperator(byKey, 'friend@example.com', stores())
    await change(mallory.id, 'disable')
    await expect(accept(invited, 'a long enough password')).rejects.toThrow(NotFound)
  })
})

it('the first operator is in the audit log, or does not exist', async () => {
  await store().db.delete(operators)
  const first = { email: 'First@example.com', name: 'First', password: 'a long enough password' }
  const token = setupToken(KEYRING)
  await expect(
    accounts().setUp(token, first, () => Promise.reject(new Error('no organization'))),
  ).rejects.toThrow()
  expect(await store().db.select().from(operators)).toEqual([])
  const made = await Promise.all([1, 2].map(() => accounts().setUp(token, first, async () => 'done')))
  expect(made.toSorted()).toEqual(['done', undefined])
  expect((await signIn('first@example.com', first.password)).operator).toMatchObject({
    isInstallationOperator: true,
  })
  const log = await auditLogStore(store().db).list('installation', 10)
  expect(log.map(({ action }) => action)).toContain('operator.joined')
})

describe('an operator who lost password or second factor', () => {
  it('comes back with a link, which ends every other way in and every session', async () => {
    const invited = await inviteOperator(SCOPE, 'root@example.com', stores())
    await accept(invited, 'the first password')
    const before = await signIn('root@example.com', 'the first password')
    const id = before.operator?.id ?? ''
    const passkey = { publicKey: 'key', counter: 0, deviceType: 'singleDevice', backedUp: false }
    await store()
      .db.insert(operatorPasskeys)
      .values({ id: newId(), userId: id, credentialID: newId(), ...passkey })
    await store().db.update(operators).set({ twoFactorEnabled: true }).where(eq(operators.id, id))
    const first = await resetOperator(SCOPE, 'root@example.com', stores())
    const made = await resetOperator(SCOPE, id, stores())
    await expect(accept(first, 'from a link before'), 'a link replaces the one before').rejects.toThrow(
      NotFound,
    )
    await accept(made, 'the second password')
    expect(await accounts().current(new Headers({ cookie: before.cookie }))).toBeNull()
    expect((await signIn('root@example.com', 'the first password')).operator).toBeNull()
    expect((await signIn('root@example.com', 'the second password')).operator).toMatchObject({
      id,
      hasTwoFactor: false,
    })
    expect(await store().db.$count(operatorPasskeys, eq(operatorPasskeys.userId, id))).toBe(0)
  })
})

describe('a disabled operator', () => {
  it('is out at once, with what they made, until they are recovered', async () => {
    await account('root', true)
    await accept(await inviteOperator(SCOPE, 'eve@example.com', stores()), 'eve’s long password')
    const eve = await signIn('eve@example.com', 'eve’s long password')
    const above = await accounts().scope(eve.operator!, 'acme')
    const key = await createApiKey(above, { name: 'k', role: 'owner' }, management())
    const { link } = await invite(above, { email: 'friend@example.com', role: 'owner' }, management())
    await change(eve.operator!.id, 'disable')
    expect(await accounts().current(new Headers({ cookie: eve.cookie }))).toBeNull()
    expect((await signIn('eve@example.com', 'eve’s long password')).operator).toBeNull()
    expect(await findKeyHolder(key.key, management())).toBeNull()
    expect(await openInvitation(tokenOf({ link }), management())).toBeNull()
    await expect(createApiKey(above, { name: 'late', role: 'owner' }, management())).rejects.toThrow(
      Forbidden,
    )
    await accept(await resetOperator(SCOPE, 'eve@example.com', stores()), 'recovered password')
    expect((await signIn('eve@example.com', 'recovered password')).operator).not.toBeNull()
  })
})

it('a demoted operator keeps what they made where they are a member, and nothing elsewhere', async () => {
  await account('root', true)
  const { id, scope: own } = await member('adam', 'admin')
  await change(id, 'promote')
  const above = { ...(await scope('globex')), actor: own.actor }
  const [kept, lost] = [
    await createApiKey(own, { name: 'kept', role: 'admin' }, management()),
    await createApiKey(above, { name: 'lost', role: 'owner' }, management()),
  ]
  await change(id, 'demote')
  expect(await findKeyHolder(kept.key, management())).not.toBeNull()
  expect(await findKeyHolder(lost.key, management())).toBeNull()
  const log = await auditLogStore(store().db).list('installation', 10)
  expect(log.map(({ action, actorKind }) => [action, actorKind])).toContainEqual([
    'operator.demoted',
    'command_line',
  ])
})
