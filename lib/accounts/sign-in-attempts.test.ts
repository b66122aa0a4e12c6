import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signInAttempts } from '@/drizzle/schema/sign-in-attempts'
import { keyring } from '@/lib/crypto/keyring'
import { ADDRESS_HEADER } from '@/lib/http/client-address'
import { createLimits } from '@/lib/http/limits'
import { newId } from '@/lib/store/database/ids'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { operatorAccounts } from './operators'
import { passwordHashing } from './password-hashing'
import { signInAttempts as signInAttemptsOf } from './sign-in-attempts'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const KEYS = keyring([{ id: 'k1', key: Buffer.alloc(32, 1) }])

/** Two instances of an installation with one operator. */
async function installation(rateLimits = false) {
  const options = { publicUrl: 'https://auth.example.com', db: store.db, keyring: KEYS, rateLimits }
  const accounts = operatorAccounts(options)
  const owner = {
    email: `${newId().toLowerCase()}@example.com`,
    password: 'a long enough password',
    name: 'O',
  }
  await accounts.create(owner)
  const signIn = (email: string, password: string, cookie = '', instance = accounts) =>
    instance.call('/sign-in/email', { email, password }, new Headers({ cookie }))
  return { accounts, owner, signIn, other: operatorAccounts(options) }
}

const cookiesOf = (answer: Response) =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')

const deviceOf = (answer: Response) =>
  cookiesOf(answer)
    .split('; ')
    .find((cookie) => cookie.startsWith('__Host-vst_operator_device=')) ?? ''

type Guess = () => Promise<Response>

/** Guesses until none is looked at, and then stops the clock: a machine under load must not outwait it. */
async function guessUntilBlocked(guess: Guess): Promise<readonly number[]> {
  const answers: number[] = []
  for (let count = 0; count < 20 && answers.at(-1) !== 429; count++) answers.push((await guess()).status)
  await store.db.update(signInAttempts).set({ blockedUntil: new Date(Date.now() + 120_000) })
  return answers
}

describe('who guesses the password of one account', () => {
  it('of made-up accounts, fills no table: what is one too many is not written down', async () => {
    const little = { burst: 3, perSecond: 0.001 }
    const limits = createLimits({ networks: { signIns: { own: little, shared: little, little } } })
    const attempts = signInAttemptsOf(
      { publicUrl: 'https://auth.example.com', db: store.db, keyring: KEYS, limits },
      'operator',
    )
    const browser = new Headers({ [ADDRESS_HEADER]: '203.0.113.9' })
    await store.db.delete(signInAttempts)
    const answers: number[] = []
    for (let i = 0; i < 10; i++) {
      const answer = await attempts.attempt(
        `${i}@made-up.example`,
        browser,
        async () => new Response(null, { status: 401 }),
      )
      answers.push(answer.status)
    }
    expect(answers.filter((status) => status === 429).length).toBeGreaterThanOrEqual(7)
    expect(await store.db.$count(signInAttempts)).toBeLessThanOrEqual(3)
  })

  it('has to wait, at every instance and under every spelling, and learns how long', async () => {
    const { owner, signIn, other } = await installation()
    const answers = await guessUntilBlocked(() => signIn(owner.email, 'guess'))
    expect(answers.slice(0, 6)).toEqual(Array(6).fill(401))
    expect(answers.at(-1)).toBe(429)
    const blocked = await signIn(` ${owner.email.toUpperCase()}`, 'guess', '', other)
    expect(blocked.status).toBe(429)
    expect(Number(blocked.headers.get('retry-after'))).toBeGreaterThan(60)
    expect((await signIn(owner.email, owner.password)).status, 'not even the right one is looked at').toBe(
      429,
    )
  })

  it('does not learn whether the account exists', async () => {
    const { signIn } = await installation()
    const nobody = `${newId()}@example.com`
    const answers = await guessUntilBlocked(() => signIn(nobody, 'guess'))
    expect(answers.slice(0, 6)).toEqual(Array(6).fill(401))
    expect(answers.at(-1)).toBe(429)
  })

  it('does not lock out a browser that its owner was in, and gains nothing by a forged one', async () => {
    const { owner, signIn } = await installation()
    const mallory = await installation()
    const known = deviceOf(await signIn(owner.email, owner.password))
    const foreign = deviceOf(await mallory.signIn(mallory.owner.email, mallory.owner.password))
    await guessUntilBlocked(() => signIn(owner.email, 'guess'))
    expect((await signIn(owner.email, owner.password)).status).toBe(429)
    for (const forged of [foreign, known.replace(/\.[^.]{4}/, '.AAAA'), '__Host-vst_operator_device=x.y'])
      expect((await signIn(owner.email, owner.password, forged)).status, forged).toBe(429)
    expect((await signIn(owner.email, owner.password, known)).status).toBe(200)
  })

  it('has to wait in such a browser as well', async () => {
    const { owner, signIn } = await installation()
    const known = deviceOf(await signIn(owner.email, owner.password))
    expect((await guessUntilBlocked(() => signIn(owner.email, 'guess', known))).at(-1)).toBe(429)
    expect((await signIn(owner.email, owner.password, known)).status).toBe(429)
  })

  it('the right password ends the count', async () => {
    const { owner, signIn } = await installation()
    for (let round = 0; round < 3; round++) {
      for (let guess = 0; guess < 4; guess++) await signIn(owner.email, `guess ${guess}`)
      expect((await signIn(owner.email, owner.password)).status).toBe(200)
    }
  })
})

/** Milliseconds: dozens of passwords, on a machine that may have other things to do. */
const SLOW = 120_000

it(
  'many sign-ins at once wait in a short queue; beyond it they are refused, and cost nothing',
  async () => {
    const before = process.memoryUsage().rss
    const work = Array.from({ length: 200 }, (_, i) => passwordHashing.hash(`password ${i}`))
    const outcomes = await Promise.allSettled(work)
    const refused = outcomes.filter(({ status }) => status === 'rejected')
    expect(refused).toHaveLength(200 - 32)
    for (const outcome of refused)
      expect((outcome as PromiseRejectedResult).reason).toMatchObject({ statusCode: 503 })
    expect(process.memoryUsage().rss - before).toBeLessThan(500 * 1024 * 1024)
    expect(await passwordHashing.hash('the next one')).toMatch(/:/)
  },
  SLOW,
)

it(
  'a sign-in that finds the queue full is 503 with Retry-After, and no failed attempt',
  async () => {
    const { owner, signIn } = await installation()
    const flood = Promise.allSettled(Array.from({ length: 60 }, () => passwordHashing.hash('x')))
    const answers = []
    for (let i = 0; i < 8; i++) answers.push(await signIn(owner.email, owner.password))
    const busy = answers.filter(({ status }) => status === 503)
    expect(busy.length).toBeGreaterThan(0)
    expect(Number(busy[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
    await flood
    expect((await signIn(owner.email, owner.password)).status).toBe(200)
  },
  SLOW,
)

it('a body that no passkey has is refused as too large', async () => {
  const { accounts } = await installation()
  const url = 'https://auth.example.com/api/auth/operator/passkey/verify-authentication'
  const headers = { 'content-type': 'application/json', origin: 'https://auth.example.com' }
  const body = JSON.stringify({ response: 'x'.repeat(100_000) })
  expect((await accounts.answer(new Request(url, { method: 'POST', headers, body }))).status).toBe(413)
})

it('a request that is no sign-in with a passkey finds nothing', async () => {
  const { accounts } = await installation()
  const url = 'https://auth.example.com/api/auth/operator/passkey/verify-authentication'
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE'])
    expect((await accounts.answer(new Request(url, { method }))).status).toBe(404)
})

it.each([
  ['half a character', '{"response":{},"name":"\\ud800"}'],
  ['a name that poses as another', '{"response":{},"name":"my\\u200bphone"}'],
  ['no JSON', '{'],
])('a passkey with %s is refused', async (_, body) => {
  const { accounts } = await installation()
  const url = 'https://auth.example.com/api/auth/operator/passkey/verify-registration'
  const headers = { 'content-type': 'application/json', origin: 'https://auth.example.com' }
  const sent = (text: string) => accounts.answer(new Request(url, { method: 'POST', headers, body: text }))
  expect((await sent(body)).status).toBe(400)
  // Without a session nobody gets further than this.
  expect((await sent('{"response":{},"name":"my phone"}')).status).toBe(401)
})

it('an attacker keeps nobody out whose address is not known, behind a proxy that was forgotten', async () => {
  const { accounts } = await installation(true)
  const url = 'https://auth.example.com/api/auth/operator/passkey/generate-authenticate-options'
  const ways: [most: number, way: Way][] = [
    // Refused for what is missing, after the limits and before a password is looked at.
    [60, (from) => accounts.call('/sign-in/email', { email: `${newId()}@example.com` }, new Headers(from))],
    [100, (from) => accounts.answer(new Request(url, { headers: from }))],
  ]
  for (const [most, way] of ways) {
    expect(await isLimited(way, most, {})).toBe(false)
    expect(await isLimited(way, most, { [ADDRESS_HEADER]: '203.0.113.9' })).toBe(true)
    expect((await way({ [ADDRESS_HEADER]: '203.0.113.10' })).status).not.toBe(429)
  }
})

it('an attacker with a /56 and a /48 has of them what two addresses and four may ask for, on every path', async () => {
  const { accounts } = await installation(true)
  const ask: Way = (from) => {
    const url = 'https://auth.example.com/api/auth/operator/passkey/generate-authenticate-options'
    return accounts.answer(new Request(url, { headers: from }))
  }
  const from = (address: string) => ({ [ADDRESS_HEADER]: address })
  // Two /64 of a /56 use it up, and the third has nothing; then a second /56 the /48.
  for (const network of ['2001:db8:1:0', '2001:db8:1:1', '2001:db8:1:100', '2001:db8:1:101'])
    expect(await isLimited(ask, 100, from(`${network}::1`)), network).toBe(true)
  for (const network of ['2001:db8:1:2', '2001:db8:1:200'])
    expect(await isSoonLimited(ask, 80, from(`${network}::1`)), network).toBe(true)
  expect((await ask(from('2001:db8:2::1'))).status).not.toBe(429)
})

type Way = (from: Record<string, string>) => Promise<Response>

/** Whether somebody has to wait who asks more often than allowed; meanwhile some of it comes back. */
async function isLimited(way: Way, most: number, from: Record<string, string>): Promise<boolean> {
  for (let count = 0; count < most; count++) expect((await way(from)).status).not.toBe(429)
  return isSoonLimited(way, most, from)
}

async function isSoonLimited(way: Way, within: number, from: Record<string, string>): Promise<boolean> {
  for (let count = 0; count < within; count++) {
    const answer = await way(from)
    if (answer.status !== 429) continue
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    return true
  }
  return false
}
