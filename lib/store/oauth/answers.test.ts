import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RefreshToken } from '@/lib/oauth/model'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
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

describe('a refresh token that comes back after the grace', () => {
  it('is reused when its instance has reported that it answered', async () => {
    const { grant, first, successor } = await connected()
    const living = instance()
    expect(await rotate(living, first, successor)).toBe('rotated')
    await wait(1_100)
    await living.answers.settle()
    await age(store, grant.id, 61, true)
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
    await age(store, grant.id, 61)
    expect(await rotate(instance(), first, successor)).toBe('reused')
    await store.db.execute(sql`delete from instances where id like 'forged-%'`)
  })

  it('gets the same successor when its instance died before it could answer, and only once', async () => {
    const { grant, first, successor } = await connected()
    await rotate(instance(), first, successor)
    await age(store, grant.id, 3_600, true)
    const other = instance()
    expect(await rotate(other, first, successor)).toBe('rotated')
    await wait(1_100)
    await other.answers.settle()
    await age(store, grant.id, 61, true)
    expect(await rotate(instance(), first, successor)).toBe('reused')
  })

  it('has its grace anew from when its successor could be received', async () => {
    const { grant, first, successor } = await connected()
    await rotate(instance(), first, successor)
    await age(store, grant.id, 3_600, true)
    const other = instance()
    await rotate(other, first, successor)
    await wait(1_100)
    await other.answers.settle()
    await age(store, grant.id, 30, true)
    expect(await rotate(instance(), first, successor)).toBe('rotated')
  })
})

describe('a code that comes back', () => {
  const redeemOn = async (on: Instance, made: Awaited<ReturnType<typeof codeOf>>) =>
    on.grants.redeem(redemption(made.grant, made.first, made.codeHash))
  const codeOf = async () => {
    const { grant } = await newGrant(store)
    return { grant, first: newToken(grant.id), codeHash: randomHash() }
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
    await age(store, made.grant.id, 6, true)
    expect(await redeemOn(instance(), made)).toEqual(made.grant)
    expect((await store.refreshTokens.find(made.first.hash))?.token.hash).toBe(made.first.hash)
  })

  it('of a login that was revoked stays refused', async () => {
    const made = await codeOf()
    await redeemOn(instance(), made)
    await age(store, made.grant.id, 6, true)
    await store.grants.revoke(made.grant.id, { reason: 'revoked_by_user', at: new Date() })
    expect(await redeemOn(instance(), made)).toBeNull()
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

  it('stays spent when it had been answered before, here or by another instance', async () => {
    for (const same of [true, false]) {
      const { grant, first, successor } = await connected()
      const unlucky = instance()
      expect(await rotate(same ? unlucky : instance(), first, successor)).toBe('rotated')
      await age(store, grant.id, 30)
      const before = await rotatedAt(first)
      const repeated = unlucky.answers.spend('refresh_token', first.hash, async ({ instance: id }) => {
        await store.db.execute(sql`update refresh_tokens set rotated_by = ${id} where hash = ${first.hash}`)
        throw new StoreUnavailable('postgres')
      })
      await expect(repeated).rejects.toBeInstanceOf(StoreUnavailable)
      unlucky.pass(19_000)
      await unlucky.answers.settle()
      expect(await rotatedAt(first)).toEqual(before)
    }
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

describe('an instance that stops', () => {
  it('never reports what it cuts off, whatever becomes of that', async () => {
    const { grant, first, successor } = await connected()
    const { opened, open } = gate()
    const stopping = instance()
    const { opened: isSpent, open: spent } = gate()
    const cut = stopping.answers.spend('refresh_token', first.hash, async ({ instance: id }) => {
      await store.db.execute(
        sql`update refresh_tokens set rotated_at = clock_timestamp(), rotated_by = ${id} where hash = ${first.hash}`,
      )
      spent()
      await opened
    })
    await isSpent
    await stopping.answers.close()
    open()
    await cut
    await stopping.answers.close()
    await age(store, grant.id, 3_600, true)
    expect(await rotate(instance(), first, successor)).toBe('rotated')
  })
})

describe('a process that was frozen', () => {
  it('takes nothing for reuse or a replay until what lay there is through', async () => {
    const { grant, first, successor } = await connected()
    const [living, frozen] = [instance(), instance()]
    await rotate(frozen, newToken(grant.id), newToken(grant.id))
    await rotate(living, first, successor)
    await wait(1_100)
    await living.answers.settle()
    await age(store, grant.id, 61, true)
    frozen.pass(30_000)
    await expect(rotate(frozen, first, successor)).rejects.toBeInstanceOf(StoreUnavailable)
    frozen.pass(500)
    await expect(rotate(frozen, first, successor)).rejects.toBeInstanceOf(StoreUnavailable)
    expect((await store.grants.find(grant.id))?.revokedAt).toBeUndefined()
  })
})
