import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assertionIds } from '@/drizzle/schema/client-documents'
import { spendAssertion } from '@/lib/oauth/flow/spend-assertion'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { later, randomHash, times } from '@/lib/store/test-support/store-under-test'
import { trackAnswers } from './answers'
import { assertionIdStore } from './assertion-ids'

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
  const ports = { assertionIds: assertionIdStore(store.db, answers) }
  const pass = (milliseconds: number) => {
    ahead += milliseconds
  }
  return { answers, pass, ...ports, ports }
}

const reused = () => new OAuthError('invalid_client', 'used before')
const inAnHour = () => new Date(Date.now() + 3_600_000)
const present = (
  on: ReturnType<typeof instance>,
  hash: string,
  work: () => Promise<string> = async () => 'answered',
) =>
  spendAssertion({ hash, expiresAt: inAnHour(), reused }, work, on.ports).catch(
    (error: Error) => error.message,
  )

const USED = 'invalid_client: used before'
const unavailable = () => Promise.reject(new StoreUnavailable('postgres'))

describe('an assertion', () => {
  it('is good once, for exactly one of many at the same time, on any instance', async () => {
    const [one, other] = [instance(), instance()]
    const id = randomHash()
    const answers = await Promise.all(times(20, (index) => present(index % 2 ? one : other, id)))
    expect(answers.filter((answer) => answer === 'answered')).toHaveLength(1)
    expect(answers.filter((answer) => answer === USED).length).toBeGreaterThan(0)
  })

  it.each([
    ['a store', unavailable],
    ['an identity provider', () => Promise.reject(new OAuthError('temporarily_unavailable', 'later'))],
    ['a bug', () => Promise.reject(new TypeError('a bug'))],
  ])(
    'may come again, on any instance, after %s of ours failed it, and then for one of many',
    async (_, work) => {
      const [one, other] = [instance(), instance()]
      const id = randomHash()
      expect(await present(one, id, work)).not.toBe(USED)
      const answers = await Promise.all(times(20, (index) => present(index % 2 ? one : other, id)))
      expect(answers.filter((answer) => answer === 'answered')).toHaveLength(1)
    },
  )

  it('is spent by a refusal', async () => {
    const one = instance()
    const id = randomHash()
    const refuse = () => Promise.reject(new OAuthError('invalid_grant', 'no'))
    expect(await present(one, id, refuse)).toBe('invalid_grant: no')
    expect(await present(one, id)).toBe(USED)
  })

  it('is used, and not undecided, once its instance has reported that it answered', async () => {
    const [one, other] = [instance(), instance()]
    const id = randomHash()
    await present(one, id)
    await one.answers.close()
    expect(await present(other, id)).toBe(USED)
  })

  it('is undecided while an instance that may have died has it, and good again after the longest request', async () => {
    const [dead, other] = [instance(), instance()]
    const id = randomHash()
    await new Promise<void>((resolve) => {
      void present(dead, id, () => {
        resolve()
        return new Promise(() => {})
      })
    })
    expect(await present(other, id)).toBe('postgres unavailable')
    await store.db.execute(sql`update assertion_ids set spent_at = spent_at - interval '61 seconds'`)
    await store.db.execute(sql`update instances set answered_until = answered_until - interval '61 seconds'`)
    expect(await present(other, id)).toBe('answered')
    expect(await present(other, id)).toBe(USED)
  })

  it('that may have been spent in vain is undecided until that is settled', async () => {
    const one = instance()
    const id = randomHash()
    const other = instance()
    await store.db.execute(sql`create or replace function refuse() returns trigger language plpgsql
      as $$ begin raise sqlstate '57014'; end $$`)
    await store.db.execute(
      sql`create trigger refusing before delete on assertion_ids for each row execute function refuse()`,
    )
    expect(await present(one, id, () => Promise.reject(new TypeError('a bug')))).toBe('postgres unavailable')
    await store.db.execute(sql`drop trigger refusing on assertion_ids`)
    expect(await present(one, id)).toBe('postgres unavailable')
    expect(await present(other, id)).toBe('postgres unavailable')
    one.pass(20_000)
    await one.answers.settle()
    expect(await present(one, id)).toBe('answered')
  })
})

describe('ids of assertions', () => {
  const use = async (ids: ReturnType<typeof instance>, id: string, seconds: number) =>
    (await ids.assertionIds.spend(id, later(seconds), async () => null)) !== null

  it('may be used again once they have expired', async () => {
    const one = instance()
    const id = randomHash()
    await store.setClock(later(0))
    expect(await use(one, id, 60)).toBe(true)
    await store.setClock(later(59))
    expect(await use(one, id, 600)).toBe(false)
    await store.setClock(later(60))
    const results = await Promise.all(times(5, () => use(one, id, 120)))
    expect(results.filter(Boolean)).toHaveLength(1)
  })

  it('do not pile up [H-55]', async () => {
    const one = instance()
    await store.db.delete(assertionIds)
    await store.setClock(later(99))
    for (let i = 0; i < 12; i++) await use(one, randomHash(), 100 + i)
    await store.setClock(later(1_000))
    for (let i = 0; i < 6; i++) await use(one, randomHash(), 9_000)
    expect((await store.db.select().from(assertionIds)).length).toBeLessThanOrEqual(6)
  })
})
