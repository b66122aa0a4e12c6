import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RefreshToken } from '@/lib/oauth/model'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { newGrant, randomHash, redemption, refreshToken } from '@/lib/store/test-support/store-under-test'
import { type Answers, trackAnswers } from './answers'
import { grantStore } from './grants'
import { refreshTokenStore } from './refresh-tokens'

const DAY = 86_400

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
  await store.db.clock.measure()
})
afterAll(() => store?.close())

/** One of several instances, whose process can be told that time has passed. */
function instance() {
  let ahead = 0
  const answers = trackAnswers(store.db, () => performance.now() + ahead)
  return {
    answers,
    grants: grantStore(store.db, answers),
    refreshTokens: refreshTokenStore(store.db, answers),
    pass: (milliseconds: number) => {
      ahead += milliseconds
    },
  }
}

const token = (grantId: string): RefreshToken =>
  refreshToken(grantId, { issuedAt: new Date(), expiresAt: new Date(Date.now() + DAY * 1000) })

/** A grant with its unused first refresh token. */
async function connected() {
  const { grant } = await newGrant(store)
  const first = token(grant.id)
  await instance().grants.redeem(redemption(grant, first, randomHash()))
  return { grant, first, successor: token(grant.id) }
}

const rotate = (on: ReturnType<typeof instance>, { hash }: RefreshToken, successor: RefreshToken) =>
  on.refreshTokens.rotate(hash, { successor, grace: 60 })

/** Moves what was spent so many seconds into the past, and what instances reported with it. */
const age = async (grantId: string, seconds: number, reports = false) => {
  const past = sql`make_interval(secs => ${seconds}::int)`
  await store.db.execute(
    sql`update refresh_tokens set rotated_at = rotated_at - ${past} where grant_id = ${grantId}`,
  )
  await store.db.execute(sql`update grants set redeemed_at = redeemed_at - ${past} where id = ${grantId}`)
  if (reports) await store.db.execute(sql`update instances set answered_until = answered_until - ${past}`)
}

describe('a refresh token that comes back after the grace', () => {
  it('is reused when its instance has reported that it answered', async () => {
    const { grant, first, successor } = await connected()
    const living = instance()
    expect(await rotate(living, first, successor)).toBe('rotated')
    await wait(1_100)
    await living.answers.settle()
    await age(grant.id, 61, true)
    expect(await rotate(instance(), first, successor)).toBe('reused')
  })

  it('is reused whatever rows of others say, however old or new', async () => {
    const { grant, first, successor } = await connected()
    const living = instance()
    expect(await rotate(living, first, successor)).toBe('rotated')
    await wait(1_100)
    await living.answers.settle()
    await store.db.execute(sql`insert into instances (id, answered_until)
      select 'forged-' || time, time from unnest(array['-infinity', 'infinity', '2000-01-01']::timestamptz[]) time`)
    await age(grant.id, 61)
    expect(await rotate(instance(), first, successor)).toBe('reused')
    await store.db.execute(sql`delete from instances where id like 'forged-%'`)
  })

  it('gets the same successor when its instance died before it could answer, and only once', async () => {
    const { grant, first, successor } = await connected()
    await rotate(instance(), first, successor)
    await age(grant.id, 3_600, true)
    const other = instance()
    expect(await rotate(other, first, successor)).toBe('rotated')
    await wait(1_100)
    await other.answers.settle()
    await age(grant.id, 61, true)
    expect(await rotate(instance(), first, successor)).toBe('reused')
  })
})

describe('a code that comes back', () => {
  const redeemOn = async (on: ReturnType<typeof instance>, made: Awaited<ReturnType<typeof codeOf>>) =>
    on.grants.redeem(redemption(made.grant, made.first, made.codeHash))
  const codeOf = async () => {
    const { grant } = await newGrant(store)
    return { grant, first: token(grant.id), codeHash: randomHash() }
  }

  it('is a replay at once for the instance that answered', async () => {
    const made = await codeOf()
    const living = instance()
    expect(await redeemOn(living, made)).toEqual(made.grant)
    expect(await redeemOn(living, made)).toBeNull()
  })

  it('is undecided for others until that instance has reported, and then a replay', async () => {
    const made = await codeOf()
    const [living, other] = [instance(), instance()]
    await redeemOn(living, made)
    await expect(redeemOn(other, made)).rejects.toBeInstanceOf(StoreUnavailable)
    await wait(1_100)
    await living.answers.settle()
    expect(await redeemOn(other, made)).toBeNull()
  })

  it('is redeemed again when the instance died before it could answer', async () => {
    const made = await codeOf()
    await redeemOn(instance(), made)
    await age(made.grant.id, 6, true)
    expect(await redeemOn(instance(), made)).toEqual(made.grant)
    expect((await store.refreshTokens.find(made.first.hash))?.token.hash).toBe(made.first.hash)
  })

  it('of a login that was revoked stays refused', async () => {
    const made = await codeOf()
    await redeemOn(instance(), made)
    await age(made.grant.id, 6, true)
    await store.grants.revoke(made.grant.id, { reason: 'revoked_by_user', at: new Date() })
    expect(await redeemOn(instance(), made)).toBeNull()
  })
})

describe('what was spent for a client that has hung up', () => {
  const hasHungUp = () => true
  const spentAt = async ({ hash }: RefreshToken) => (await store.refreshTokens.find(hash))?.token.rotatedAt

  /** The statement takes effect, and its answer waits. */
  function spendSlowly(answers: Answers, { hash }: RefreshToken, answered: Promise<void>) {
    let settle = () => {}
    const spent = new Promise<void>((resolve) => {
      settle = resolve
    })
    const statement = async (id: string) => {
      await store.db.execute(
        sql`update refresh_tokens set rotated_at = clock_timestamp(), rotated_by = ${id} where hash = ${hash}`,
      )
      settle()
      await answered
    }
    const promise = answers.spend('refresh_token', hash, ({ instance: id }) => statement(id), hasHungUp)
    return { promise, spent }
  }

  it('is given back: a refresh token gets the same successor whenever it comes again, and then is spent', async () => {
    const { grant, first, successor } = await connected()
    const slow = instance()
    expect(await slow.refreshTokens.rotate(first.hash, { successor, grace: 60, hasHungUp })).toBe('rotated')
    await expect.poll(() => spentAt(first)).toBeUndefined()
    const other = instance()
    expect(await rotate(other, first, successor)).toBe('rotated')
    await wait(1_100)
    await other.answers.settle()
    await age(grant.id, 61, true)
    expect(await rotate(slow, first, successor)).toBe('reused')
  })

  it('is given back: a code is redeemed by the next one', async () => {
    const { grant } = await newGrant(store)
    const made = redemption(grant, token(grant.id), randomHash())
    const slow = instance()
    expect(await slow.grants.redeem({ ...made, hasHungUp })).toEqual(grant)
    expect(await slow.grants.redeem(made)).toEqual(grant)
    expect(await slow.grants.redeem(made)).toBeNull()
  })

  it('stays spent when it had been spent before, so that nobody gets more than the grace by hanging up', async () => {
    const { grant, first, successor } = await connected()
    const living = instance()
    await rotate(living, first, successor)
    await age(grant.id, 30)
    const before = await spentAt(first)
    await living.refreshTokens.rotate(first.hash, { successor, grace: 60, hasHungUp })
    // Waits until the other is through.
    await rotate(living, first, successor)
    expect(await spentAt(first)).toEqual(before)
    expect(before).toBeInstanceOf(Date)
  })

  it('stays spent when another request got the same meanwhile', async () => {
    const { first, successor } = await connected()
    const living = instance()
    let answer = () => {}
    const answered = new Promise<void>((resolve) => {
      answer = resolve
    })
    const { promise: slow, spent } = spendSlowly(living.answers, first, answered)
    await spent
    expect(await rotate(living, first, successor)).toBe('rotated')
    const before = await spentAt(first)
    answer()
    await slow
    await rotate(living, first, successor)
    expect(await spentAt(first)).toEqual(before)
    expect(before).toBeInstanceOf(Date)
  })
})

describe('what was spent in vain', () => {
  /** The statement takes effect, and its answer is lost on the way to the instance. */
  async function losing(answers: Answers, first: RefreshToken, successor: RefreshToken): Promise<void> {
    const lost = answers.spend('refresh_token', first.hash, async ({ instance: id }) => {
      await store.db.execute(
        sql`update refresh_tokens set rotated_at = now(), rotated_by = ${id} where hash = ${first.hash}`,
      )
      throw new StoreUnavailable('postgres')
    })
    await expect(lost).rejects.toBeInstanceOf(StoreUnavailable)
    expect(successor.hash).not.toBe(first.hash)
  }
  const rotatedAt = async ({ hash }: RefreshToken) => (await store.refreshTokens.find(hash))?.token.rotatedAt

  it('is given back once the statement cannot take effect any more, and only then reported', async () => {
    const { first, successor } = await connected()
    const unlucky = instance()
    await losing(unlucky.answers, first, successor)
    await unlucky.answers.settle()
    expect(await rotatedAt(first)).toBeInstanceOf(Date)
    unlucky.pass(19_000)
    await unlucky.answers.settle()
    expect(await rotatedAt(first)).toBeUndefined()
    expect(await rotate(instance(), first, successor)).toBe('rotated')
  })

  it('is not given back when a retry has been answered meanwhile, here or by another instance', async () => {
    for (const same of [true, false]) {
      const { first, successor } = await connected()
      const unlucky = instance()
      await losing(unlucky.answers, first, successor)
      expect(await rotate(same ? unlucky : instance(), first, successor)).toBe('rotated')
      unlucky.pass(19_000)
      await unlucky.answers.settle()
      expect(await rotatedAt(first)).toBeInstanceOf(Date)
    }
  })
})

describe('a process that was frozen', () => {
  it('takes nothing for reuse or a replay until what lay there is through', async () => {
    const { grant, first, successor } = await connected()
    const [living, frozen] = [instance(), instance()]
    await rotate(frozen, token(grant.id), token(grant.id))
    await rotate(living, first, successor)
    await wait(1_100)
    await living.answers.settle()
    await age(grant.id, 61, true)
    frozen.pass(30_000)
    await expect(rotate(frozen, first, successor)).rejects.toBeInstanceOf(StoreUnavailable)
    frozen.pass(500)
    await expect(rotate(frozen, first, successor)).rejects.toBeInstanceOf(StoreUnavailable)
    expect((await store.grants.find(grant.id))?.revokedAt).toBeUndefined()
  })
})
