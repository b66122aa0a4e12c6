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
import { changeOperator, inviteOperator, listOperators, resetOperator, useOperatorLink } from './operators'

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
const use = async (made: { readonly link: string }, password: string) =>
  useOperatorLink(tokenOf(made), await accounts().hashPassword(password), stores())

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
    await use(made, 'a long enough password')
    await expect(use(made, 'another long password')).rejects.toThrow(NotFound)
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
    await use(invited, 'the first password')
    const before = await signIn('root@example.com', 'the first password')
    const id = before.operator?.id ?? ''
    const passkey = { publicKey: 'key', counter: 0, deviceType: 'singleDevice', backedUp: false }
    await store()
      .db.insert(operatorPasskeys)
      .values({ id: newId(), userId: id, credentialID: newId(), ...passkey })
    await store().db.update(operators).set({ twoFactorEnabled: true }).where(eq(operators.id, id))
    const first = await resetOperator(SCOPE, 'root@example.com', stores())
    const made = await resetOperator(SCOPE, id, stores())
    await expect(use(first, 'from a link before'), 'a link replaces the one before').rejects.toThrow(NotFound)
    await use(made, 'the second password')
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
    await use(await inviteOperator(SCOPE, 'eve@example.com', stores()), 'eve’s long password')
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
    await use(await resetOperator(SCOPE, 'eve@example.com', stores()), 'recovered password')
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
