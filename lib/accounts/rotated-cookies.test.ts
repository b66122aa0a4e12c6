import { afterAll, beforeAll, expect, it } from 'vitest'
import { keyring } from '@/lib/crypto/keyring'
import { newId } from '@/lib/store/database/ids'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { operatorAccounts } from './operators'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const PASSWORD = 'a long enough password'

/** An instance with these keys, the first of which signs. */
const instance = (...ids: readonly number[]) =>
  operatorAccounts({
    publicUrl: 'https://auth.example.com',
    db: store.db,
    keyring: keyring(ids.map((id) => ({ id: `k${id}`, key: Buffer.alloc(32, id) }))),
    rateLimits: false,
  })

async function signedIn(accounts: ReturnType<typeof instance>) {
  const email = `${newId().toLowerCase()}@example.com`
  await accounts.create({ email, name: 'O', password: PASSWORD })
  const answer = await accounts.call('/sign-in/email', { email, password: PASSWORD }, new Headers())
  const cookie = answer.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  return { email, browser: new Headers({ cookie }) }
}

it('a key in front signs nobody out, and signs from then on', async () => {
  const { email, browser } = await signedIn(instance(1))
  expect(await instance(2, 1).current(browser)).toMatchObject({ email })
  expect(
    await instance(1, 2).current((await signedIn(instance(2, 1))).browser),
    'during a rolling change',
  ).not.toBeNull()
  const call = await instance(2, 1).call(
    '/change-password',
    { currentPassword: PASSWORD, newPassword: 'another long password' },
    browser,
  )
  expect(call.status).toBe(200)
})

it('a cookie of a key that is configured no more, or of none, signs nobody in', async () => {
  const { browser } = await signedIn(instance(1))
  expect(await instance(2).current(browser)).toBeNull()
  const forged = (browser.get('cookie') ?? '').replace(/\.[^.;]+(;|$)/, '.AAAA$1')
  expect(await instance(2, 1).current(new Headers({ cookie: forged }))).toBeNull()
})
