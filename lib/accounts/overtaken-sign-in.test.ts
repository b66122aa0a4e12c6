import { sql } from 'drizzle-orm'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import {
  operatorPasskeys,
  operatorSessions,
  operators,
  operatorAccounts as ways,
} from '@/drizzle/schema/operators'
import { platformSessions, platformUsers } from '@/drizzle/schema/platform-accounts'
import { PERMISSIONS } from '@/lib/access'
import { keyring } from '@/lib/crypto/keyring'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import {
  changeOperator,
  inviteOperator,
  resetOperator,
  useOperatorLink as spendOperatorLink,
} from '@/lib/operators/operators'
import { operatorLinkStore } from '@/lib/store/accounts/operator-links'
import { newId } from '@/lib/store/database/ids'
import { insertConnection } from '@/lib/store/test-support/open-store'
import { authenticator } from '@/lib/test-support/authenticator'
import { testInstallation } from '@/lib/test-support/installation'
import { totp } from '@/lib/test-support/totp'
import { accountName } from './account-name'
import { type OperatorAccounts, operatorAccounts } from './operators'
import { platformAccounts } from './platform'

const { store } = testInstallation()

const SCOPE = {
  organizationId: null,
  actor: { kind: 'command_line', name: 'command line' },
  permissions: PERMISSIONS,
} as const
const publicUrl = 'https://auth.example.com'
const EMAIL = 'root@example.com'
const [BEFORE, AFTERWARDS] = ['the password of before', 'the password of afterwards']
const ACCOUNT = { providerId: 'https://idp.example', accountId: 'root' }
const KEYS = keyring([{ id: 'k1', key: Buffer.alloc(32, 1) }])

const stores = () => ({ db: store().db, publicUrl })

const cookiesOf = (...answers: Response[]) =>
  answers
    .flatMap((answer) => answer.headers.getSetCookie())
    .map((one) => one.split(';')[0])
    .join('; ')

/** Until as many statements wait for locks. */
const waiting = (count: number) =>
  vi.waitFor(
    async () =>
      expect(await store().db.execute(sql`select from pg_locks where not granted`)).toHaveLength(count),
    5_000,
  )

/** What is held until both wait, and which of them comes first. */
type Order = 'it comes first to where it writes' | 'it comes while the other is under way'

const ORDERS: readonly Order[] = [
  'it comes first to where it writes',
  'it comes while the other is under way',
]

/** @param held the rows of the account, and the table that the other writes last */
async function overtaken<T>(
  order: Order,
  held: {
    readonly account: 'operators' | 'platform_users'
    readonly last: 'audit_log' | 'platform_accounts'
  },
  begun: () => Promise<T>,
  overtaking: () => Promise<unknown>,
): Promise<T> {
  const isFirst = order === 'it comes first to where it writes'
  const lock = isFirst ? `select from ${held.account} for update` : `lock table ${held.last} in share mode`
  const { all } = await store().db.transaction(async (tx) => {
    await tx.execute(sql.raw(lock))
    if (isFirst) {
      const own = begun()
      await waiting(1)
      const other = overtaking()
      await waiting(2)
      return { all: Promise.all([own, other]) }
    }
    const other = overtaking()
    await waiting(1)
    const own = begun()
    await waiting(2)
    return { all: Promise.all([own, other]) }
  })
  return (await all)[0]
}

const OPERATOR = { account: 'operators', last: 'audit_log' } as const
const PERSON = { account: 'platform_users', last: 'platform_accounts' } as const

describe.each(ORDERS)('when a recovery link replaces all ways in, and %s,', (order) => {
  let accounts: OperatorAccounts
  let operatorId: string
  let recovery: { readonly link: string }

  const choose = ({ link }: { readonly link: string }, password: string) =>
    spendOperatorLink(link.split('/').at(-1) ?? '', () => accounts.hashPassword(password), stores())

  const ask = (path: string, headers: Headers, body?: object) =>
    accounts.answer(
      new Request(`${publicUrl}/api/auth/operator/passkey/${path}`, {
        headers,
        ...(body && { method: 'POST', body: JSON.stringify(body) }),
      }),
    )

  const signedIn = async () => {
    const answer = await accounts.call('/sign-in/email', { email: EMAIL, password: BEFORE }, new Headers())
    return new Headers({ cookie: cookiesOf(answer), origin: publicUrl, 'content-type': 'application/json' })
  }

  /** The call leaves neither a session nor a way in. */
  const overtakes = async (begun: () => Promise<Response | string>) => {
    const answer = await overtaken(order, OPERATOR, begun, () => choose(recovery, AFTERWARDS))
    if (order === 'it comes while the other is under way')
      expect(answer instanceof Response && answer.ok).toBe(false)
    const cookie = answer instanceof Response ? cookiesOf(answer) : ''
    expect(await accounts.current(new Headers({ cookie }))).toBeNull()
    const { db } = store()
    expect(await db.$count(operatorSessions)).toBe(0)
    expect(await db.$count(operatorPasskeys)).toBe(0)
    expect(await db.select({ provider: ways.providerId }).from(ways)).toEqual([{ provider: 'credential' }])
  }

  /** Gives the operator a passkey. */
  const enrolled = async () => {
    const made = authenticator(publicUrl)
    const { credentialId: credentialID, publicKey } = made
    const facts = { counter: 0, deviceType: 'singleDevice', backedUp: false }
    await store()
      .db.insert(operatorPasskeys)
      .values({ id: newId(), userId: operatorId, credentialID, publicKey, ...facts })
    return made
  }

  const passkeySignIn = async () => {
    const made = await enrolled()
    const options = await ask('generate-authenticate-options', new Headers())
    const { challenge } = await options.json()
    const headers = new Headers({
      cookie: cookiesOf(options),
      origin: publicUrl,
      'content-type': 'application/json',
    })
    return () => ask('verify-authentication', headers, made.signIn(challenge))
  }

  beforeEach(async () => {
    accounts = operatorAccounts({ ...stores(), keyring: KEYS, rateLimits: false })
    await choose(await inviteOperator(SCOPE, EMAIL, stores()), BEFORE)
    const [operator] = await store().db.select({ id: operators.id }).from(operators)
    operatorId = operator?.id ?? ''
    recovery = await resetOperator(SCOPE, operatorId, stores())
  })

  it('a sign-in with the password of before lets nobody in', () =>
    overtakes(() => accounts.call('/sign-in/email', { email: EMAIL, password: BEFORE }, new Headers())))

  it('a sign-in with a passkey lets nobody in', async () => overtakes(await passkeySignIn()))

  it('a sign-in with an account elsewhere lets nobody in', async () => {
    await store()
      .db.insert(ways)
      .values({ id: newId(), userId: operatorId, ...ACCOUNT })
    const operator = { id: operatorId, email: EMAIL }
    await overtakes(() =>
      accounts.openProviderSession(operator, { provider: 'oidc', account: ACCOUNT }, new Headers()),
    )
  })

  it('a sign-in whose second factor is awaited lets nobody in', async () => {
    const browser = await signedIn()
    const enabled = await accounts.call('/two-factor/enable', { password: BEFORE }, browser)
    const secret = new URL((await enabled.json()).totpURI).searchParams.get('secret') ?? ''
    expect((await accounts.call('/two-factor/verify-totp', { code: totp(secret) }, browser)).ok).toBe(true)
    const half = await signedIn()
    const next = { code: totp(secret, Date.now() + 30_000) }
    await overtakes(() => accounts.call('/two-factor/verify-totp', next, half))
  })

  it('a passkey that is being registered is none', async () => {
    const browser = await signedIn()
    const options = await ask('generate-register-options', browser)
    const { challenge } = await options.json()
    browser.set('cookie', `${browser.get('cookie')}; ${cookiesOf(options)}`)
    await overtakes(() => ask('verify-registration', browser, authenticator(publicUrl).register(challenge)))
  })

  it('an account elsewhere that is being connected is not', async () => {
    const recent = await accounts.recent(await signedIn())
    if (!recent) throw new Error('nobody is signed in')
    const entry = {
      chain: 'installation',
      at: new Date(),
      actorKind: 'operator',
      actorName: EMAIL,
      action: 'operator.account_connected',
      targetKind: 'operator',
      targetName: EMAIL,
      detail: {},
    }
    await overtakes(() => operatorLinkStore(store().db).link(recent, ACCOUNT, entry))
  })

  it('what nothing overtakes lets in, and is a way in', async () => {
    const browser = await signedIn()
    const options = await ask('generate-register-options', browser)
    const { challenge } = await options.json()
    browser.set('cookie', `${browser.get('cookie')}; ${cookiesOf(options)}`)
    const registered = await ask('verify-registration', browser, authenticator(publicUrl).register(challenge))
    expect(registered.status).toBe(200)
    const answer = await (await passkeySignIn())()
    expect(await accounts.current(new Headers({ cookie: cookiesOf(answer) }))).toMatchObject({
      id: operatorId,
    })
  })

  it('a sign-in leaves no session of an operator who is disabled meanwhile', async () => {
    await choose(await inviteOperator(SCOPE, 'other@example.com', stores()), BEFORE)
    const begun = await passkeySignIn()
    const answer = await overtaken(order, OPERATOR, begun, () =>
      changeOperator(SCOPE, operatorId, 'disable', stores()),
    )
    if (order === 'it comes while the other is under way') expect(answer.ok).toBe(false)
    expect(await store().db.$count(operatorSessions)).toBe(0)
  })
})

it.each(ORDERS)(
  'a person’s sign-in with the password from before another is chosen lets nobody in: %s',
  async (order) => {
    const { db, sealer } = store()
    const { id: connectionId } = await insertConnection(db, sealer)
    const accounts = platformAccounts({ ...stores(), keyring: KEYS, rateLimits: false })
    const address = 'alice@acme.example'
    const invite = (link: string) => ({
      linkHash: hashSecret(link),
      linkExpiresAt: new Date(db.clock.now().getTime() + 3_600_000),
    })
    const email = accountName(connectionId, address)
    await db
      .insert(platformUsers)
      .values({ id: 'alice', connectionId, name: 'Alice', email, address, ...invite('first') })
    await accounts.choosePassword('first', BEFORE)
    await db.update(platformUsers).set(invite('second'))
    const signIn = () => accounts.signIn(connectionId, { address, password: BEFORE }, new Headers())
    expect((await signIn()).ok).toBe(true)
    const answer = await overtaken(order, PERSON, signIn, () => accounts.choosePassword('second', AFTERWARDS))
    if (order === 'it comes while the other is under way') expect(answer.ok).toBe(false)
    expect(await db.$count(platformSessions)).toBe(0)
  },
)
