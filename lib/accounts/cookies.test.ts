import { afterAll, beforeAll, expect, it } from 'vitest'
import { keyring } from '@/lib/crypto/keyring'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { operatorAccounts } from './operators'

let store: PostgresUnderTest

beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const PERSON = { email: 'olive@example.com', password: 'a long enough password', name: 'Olive' }

it('on https a session is in a cookie that no other host can set, and lets its owner in', async () => {
  const accounts = operatorAccounts({
    publicUrl: 'https://auth.example.com',
    db: store.db,
    keyring: keyring([{ id: 'k1', key: Buffer.alloc(32, 1) }]),
    rateLimits: false,
  })
  await accounts.create(PERSON)
  const answer = await accounts.call('/sign-in/email', PERSON, new Headers())
  const [cookie = ''] = answer.headers
    .getSetCookie()
    .filter((header) => header.startsWith('__Host-vst_operator.session_token='))
  expect(cookie).toMatch(/; Secure(;|$)/)
  expect(cookie).toMatch(/; HttpOnly(;|$)/)
  expect(cookie).toMatch(/; Path=\/(;|$)/)
  expect(cookie).not.toMatch(/Domain=/i)
  const browser = new Headers({ cookie: cookie.split(';')[0] ?? '' })
  expect(await accounts.current(browser)).toMatchObject({ email: PERSON.email })
  expect(await accounts.current(new Headers({ cookie: 'vst_operator.session_token=x.y' }))).toBeNull()
})
