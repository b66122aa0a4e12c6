import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditLog } from '@/drizzle/schema/audit-log'
import { operatorTwoFactors, operatorAccounts as ways } from '@/drizzle/schema/operators'
import { keyring } from '@/lib/crypto/keyring'
import { newId } from '@/lib/store/database/ids'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { totp } from '@/lib/test-support/totp'
import { type OperatorAccounts, operatorAccounts } from './operators'

const [PASSWORD, OTHER] = ['a long enough password', 'another long password']

let store: PostgresUnderTest
let accounts: OperatorAccounts
beforeAll(async () => {
  store = await openStore()
  accounts = operatorAccounts({
    publicUrl: 'https://auth.example.com',
    db: store.db,
    keyring: keyring([{ id: 'k1', key: Buffer.alloc(32, 1) }]),
    rateLimits: false,
  })
})
afterAll(() => store?.close())

const cookiesOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')

async function signedIn() {
  const email = `${newId().toLowerCase()}@example.com`
  await accounts.create({ email, name: 'O', password: PASSWORD })
  const answer = await accounts.call('/sign-in/email', { email, password: PASSWORD }, new Headers())
  return { email, browser: new Headers({ cookie: cookiesOf(answer) }) }
}

/** Meanwhile no entry with this action can be written. */
async function withoutEntries<T>(action: string, work: () => Promise<T>): Promise<T> {
  await store.db.execute(
    sql.raw(`alter table audit_log add constraint refused check (action <> '${action}') not valid`),
  )
  try {
    return await work()
  } finally {
    await store.db.execute(sql`alter table audit_log drop constraint refused`)
  }
}

const stateOf = async () => ({
  passwords: await store.db.select({ hash: ways.password }).from(ways).orderBy(ways.id),
  factors: await store.db.select().from(operatorTwoFactors).orderBy(operatorTwoFactors.id),
})

const actionsOf = async (email: string) =>
  (
    await store.db.select().from(auditLog).where(eq(auditLog.actorName, email)).orderBy(auditLog.sequence)
  ).map(({ action }) => action)

describe('what an operator changes of their account', () => {
  it.each([
    [
      'operator.password_changed',
      '/change-password',
      { currentPassword: PASSWORD, newPassword: OTHER, revokeOtherSessions: true },
    ],
    ['operator.backup_codes_made', '/two-factor/generate-backup-codes', { password: PASSWORD }],
    ['operator.second_factor_removed', '/two-factor/disable', { password: PASSWORD }],
  ])('is not changed when its entry cannot be written: %s', async (action, path, body) => {
    const { email, browser } = await signedIn()
    await withSecondFactor(browser)
    const before = await stateOf()
    const refused = withoutEntries(action, () => accounts.call(path, body, browser))
    await expect(refused).rejects.toThrow()
    expect(await stateOf()).toEqual(before)
    expect(await accounts.current(browser), 'nor is the session another one').toMatchObject({ email })
    expect((await accounts.call(path, body, browser)).status).toBe(200)
    expect(await stateOf()).not.toEqual(before)
    expect((await actionsOf(email)).at(-1)).toBe(action)
  })

  it('is refused with an entry, and its attempts stay counted', async () => {
    const { email, browser } = await signedIn()
    const body = { currentPassword: OTHER, newPassword: PASSWORD }
    expect((await accounts.call('/change-password', body, browser)).status).toBe(400)
    expect((await actionsOf(email)).at(-1)).toBe('operator.change_refused')
  })

  it('is done by more at once than there are connections', async () => {
    const { email, browser } = await signedIn()
    const many = Array.from({ length: 24 }, () => accounts.call('/revoke-other-sessions', {}, browser))
    expect(new Set((await Promise.all(many)).map(({ status }) => status))).toEqual(new Set([200]))
    expect(
      (await actionsOf(email)).filter((action) => action === 'operator.other_sessions_ended'),
    ).toHaveLength(24)
  })
})

/** Turns the second factor on; the browser keeps its session. */
async function withSecondFactor(browser: Headers): Promise<void> {
  const begun = await accounts.call('/two-factor/enable', { password: PASSWORD }, browser)
  const { totpURI } = await begun.json()
  const secret = new URL(totpURI).searchParams.get('secret') ?? ''
  const answer = await accounts.call('/two-factor/verify-totp', { code: totp(secret) }, browser)
  expect(answer.status).toBe(200)
  if (answer.headers.getSetCookie().length > 0) browser.set('cookie', cookiesOf(answer))
}
