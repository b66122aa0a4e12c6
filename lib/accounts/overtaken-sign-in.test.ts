import { sql } from 'drizzle-orm'
import { expect, it, vi } from 'vitest'
import { operators } from '@/drizzle/schema/operators'
import { PERMISSIONS } from '@/lib/access'
import { keyring } from '@/lib/crypto/keyring'
import {
  inviteOperator,
  resetOperator,
  useOperatorLink as spendOperatorLink,
} from '@/lib/operators/operators'
import { testInstallation } from '@/lib/test-support/installation'
import { operatorAccounts } from './operators'

const { store } = testInstallation()

const SCOPE = {
  organizationId: null,
  actor: { kind: 'command_line', name: 'command line' },
  permissions: PERMISSIONS,
} as const
const EMAIL = 'root@example.com'

it('a sign-in with the password from before a reset that overtakes it lets nobody in', async () => {
  const { db } = store()
  const stores = { db, publicUrl: 'https://auth.example.com' }
  const ring = keyring([{ id: 'k1', key: Buffer.alloc(32, 1) }])
  const accounts = operatorAccounts({ ...stores, keyring: ring, rateLimits: false })
  const choose = ({ link }: { readonly link: string }, password: string) =>
    spendOperatorLink(link.split('/').at(-1) ?? '', () => accounts.hashPassword(password), stores)
  await choose(await inviteOperator(SCOPE, EMAIL, stores), 'the password of before')
  const [operator] = await db.select({ id: operators.id }).from(operators)
  const reset = await resetOperator(SCOPE, operator?.id ?? '', stores)
  const waiting = (count: number) =>
    vi.waitFor(
      async () => expect(await db.execute(sql`select from pg_locks where not granted`)).toHaveLength(count),
      5_000,
    )

  const { signIn, chosen } = await db.transaction(async (tx) => {
    await tx.select().from(operators).for('update')
    // The password is right; the session has to be written.
    const body = { email: EMAIL, password: 'the password of before' }
    const begun = accounts.call('/sign-in/email', body, new Headers())
    await waiting(1)
    const overtaking = choose(reset, 'the password of afterwards')
    await waiting(2)
    return { signIn: begun, chosen: overtaking }
  })
  await chosen
  const cookies = (await signIn).headers.getSetCookie().map((one) => one.split(';')[0])
  expect(await accounts.current(new Headers({ cookie: cookies.join('; ') }))).toBeNull()
})
