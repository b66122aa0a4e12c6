import { setTimeout as wait } from 'node:timers/promises'
import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { grantChecks } from '@/drizzle/schema/grants'
import type { RefreshToken } from '@/lib/oauth/model'
import {
  age,
  connectedOn,
  gate,
  type Instance,
  instanceOn,
  newToken,
  rotate,
} from '@/lib/store/test-support/instances'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { newGrant, randomHash, redemption } from '@/lib/store/test-support/store-under-test'
import type { Answers } from './answers'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
  await store.db.clock.measure()
})
afterAll(() => store?.close())

const instance = (slow?: Promise<void>) => instanceOn(store, slow)
const connected = () => connectedOn(store)

const hasHungUp = () => true
const spentAt = async ({ hash }: RefreshToken) => (await store.refreshTokens.find(hash))?.token.rotatedAt

describe('what was spent for a client that has hung up', () => {
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
    const promise = answers.spend('refresh_token', hash, ({ instance: id }) => statement(id), {
      hasHungUp,
      found: () => 'unspent',
    })
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
    await age(store, grant.id, 61, true)
    expect(await rotate(slow, first, successor)).toBe('reused')
  })

  it('is given back: a code is redeemed by the next one', async () => {
    const { grant } = await newGrant(store)
    const made = redemption(grant, newToken(grant.id), randomHash())
    const slow = instance()
    const checks = () => store.db.$count(grantChecks, eq(grantChecks.grantId, grant.id))
    await store.db.delete(grantChecks).where(eq(grantChecks.grantId, grant.id))
    expect(await slow.grants.redeem({ ...made, hasHungUp })).toEqual(grant)
    await expect.poll(checks).toBe(1)
    expect(await slow.grants.redeem(made)).toEqual(grant)
    expect(await slow.grants.redeem(made)).toBeNull()
  })

  it('stays spent when it had been spent before, so that nobody gets more than the grace by hanging up', async () => {
    const { grant, first, successor } = await connected()
    const living = instance()
    await rotate(living, first, successor)
    await age(store, grant.id, 30)
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

describe('what was spent for a client that has hung up, and comes to several instances', () => {
  const hungUp = (on: Instance, { hash }: RefreshToken, successor: RefreshToken) =>
    on.refreshTokens.rotate(hash, { successor, grace: 60, hasHungUp })
  /** Everybody has said what was answered, and the grace is over. */
  const afterwards = async (grantId: string, ...all: readonly Instance[]) => {
    await wait(1_100)
    for (const { answers } of all) await answers.settle()
    await age(store, grantId, 61, true)
  }

  it('is good for the owner, there and where they hung up; a thief with it is found out after the grace', async () => {
    const { grant, first, successor } = await connected()
    const [one, other] = [instance(), instance()]
    await hungUp(one, first, successor)
    await expect.poll(() => spentAt(first)).toBeUndefined()
    expect(await rotate(other, first, successor)).toBe('rotated')
    const answered = await spentAt(first)
    expect(await rotate(one, first, successor)).toBe('rotated')
    expect(await spentAt(first)).toEqual(answered)
    await afterwards(grant.id, one, other)
    expect(await rotate(one, first, successor)).toBe('reused')
  })

  it.each(['here', 'elsewhere'])('stays spent when it was answered %s just before', async (where) => {
    const { grant, first, successor } = await connected()
    const one = instance()
    const other = where === 'here' ? one : instance()
    expect(await rotate(other, first, successor)).toBe('rotated')
    const answered = await spentAt(first)
    await hungUp(one, first, successor)
    // Waits until the other is through.
    await rotate(one, first, successor)
    expect(await spentAt(first)).toEqual(answered)
    await afterwards(grant.id, one, other)
    expect(await rotate(other, first, successor)).toBe('reused')
  })

  it('stays spent when a slow instance comes to it after another one has answered', async () => {
    const { grant, first, successor } = await connected()
    const { opened, open } = gate()
    const [slow, other] = [instance(opened), instance()]
    const late = hungUp(slow, first, successor)
    expect(await rotate(other, first, successor)).toBe('rotated')
    const answered = await spentAt(first)
    open()
    expect(await late).toBe('rotated')
    await rotate(slow, first, successor)
    expect(await spentAt(first)).toEqual(answered)
    expect(answered).toBeInstanceOf(Date)
    await afterwards(grant.id, slow, other)
    expect(await rotate(other, first, successor)).toBe('reused')
  })

  it('is given back by the last of several that nobody waits for', async () => {
    const { first, successor } = await connected()
    const { opened, open } = gate()
    const slow = instance(opened)
    const all = [hungUp(slow, first, successor), hungUp(slow, first, successor)]
    await slow.answers.instance()
    open()
    expect(await Promise.all(all)).toEqual(['rotated', 'rotated'])
    await expect.poll(() => spentAt(first)).toBeUndefined()
  })

  it.each([
    ['nobody waits', true, true],
    ['the first was answered', false, true],
    ['a later one was answered', true, false],
  ])('stays spent where instances overlap, unless nobody waits for any: %s', async (_, one, other) => {
    const { grant, first, successor } = await connected()
    const { opened, open } = gate()
    const all = [instance(), instance(opened), instance(opened)] as const
    const [before, after, last] = all
    await Promise.all(all.map(({ answers }) => answers.instance()))
    const late = [(other ? hungUp : rotate)(after, first, successor), hungUp(last, first, successor)]
    // What the first has spent is not yet given back when the others come to it.
    await whileNothingIsGivenBack(async () => {
      await (one ? hungUp : rotate)(before, first, successor)
      open()
      expect(await Promise.all(late)).toEqual(['rotated', 'rotated'])
      for (const { answers } of all) await answers.settle()
    })
    if (one && other) {
      for (const { answers, pass } of all) {
        pass(19_000)
        await answers.settle()
      }
      expect(await spentAt(first)).toBeUndefined()
    } else {
      await afterwards(grant.id, ...all)
      expect(await rotate(instance(), first, successor)).toBe('reused')
    }
  })

  /** The store refuses to take anything back, as it would while it is read-only. */
  const whileNothingIsGivenBack = async (work: () => Promise<unknown>) => {
    const run = (statement: string) => store.db.execute(sql.raw(statement))
    await run(`create function keep() returns trigger language plpgsql as $$ begin
      raise 'read-only' using errcode = '25006';
    end $$`)
    await run(`create trigger keep before update on refresh_tokens for each row
      when (old.rotated_at is not null and new.rotated_at is null) execute function keep()`)
    await work()
    await run('drop function keep cascade')
  }

  it('is given back later when the store takes nothing just then', async () => {
    const { first, successor } = await connected()
    const one = instance()
    await whileNothingIsGivenBack(async () => {
      await hungUp(one, first, successor)
      await one.answers.settle()
    })
    expect(await spentAt(first)).toBeInstanceOf(Date)
    one.pass(19_000)
    await one.answers.settle()
    expect(await spentAt(first)).toBeUndefined()
  })

  it('is good again also when that instance is killed meanwhile, however long that was', async () => {
    const { grant, first, successor } = await connected()
    const killed = instance()
    await whileNothingIsGivenBack(async () => {
      await hungUp(killed, first, successor)
      await wait(1_100)
      await killed.answers.settle()
    })
    await age(store, grant.id, 3_600, true)
    const other = instance()
    expect(await rotate(other, first, successor)).toBe('rotated')
    await afterwards(grant.id, other)
    expect(await rotate(instance(), first, successor)).toBe('reused')
  })

  it('is a code that one of them redeems, and a replay from then on', async () => {
    const { grant } = await newGrant(store)
    const made = redemption(grant, newToken(grant.id), randomHash())
    const [one, other] = [instance(), instance()]
    expect(await one.grants.redeem({ ...made, hasHungUp })).toEqual(grant)
    await expect.poll(() => other.grants.redeem(made).catch(() => 'not yet')).toEqual(grant)
    await wait(1_100)
    await other.answers.settle()
    expect(await one.grants.redeem(made)).toBeNull()
  })

  it('is a code that stays redeemed when a slow instance comes to it after another one has answered', async () => {
    const { grant } = await newGrant(store)
    const made = redemption(grant, newToken(grant.id), randomHash())
    const { opened, open } = gate()
    const [slow, other] = [instance(opened), instance()]
    const late = slow.grants.redeem({ ...made, hasHungUp }).catch(() => 'undecided')
    expect(await other.grants.redeem(made)).toEqual(grant)
    open()
    await late
    expect(await other.grants.redeem(made)).toBeNull()
  })

  it('is a code that stays redeemed when it was answered here just before', async () => {
    const { grant } = await newGrant(store)
    const made = redemption(grant, newToken(grant.id), randomHash())
    const one = instance()
    expect(await one.grants.redeem(made)).toEqual(grant)
    expect(await one.grants.redeem({ ...made, hasHungUp })).toBeNull()
    expect(await one.grants.redeem(made)).toBeNull()
  })
})
