import { describe, expect, it } from 'vitest'
import { organizationDays } from '@/drizzle/schema/organization-days'
import { organizations } from '@/drizzle/schema/organizations'
import { finishedDaysStore } from '@/lib/store/read/statistics'
import { event, later, rotateAt } from '@/lib/store/test-support/store-under-test'
import { connect, connectedServices, registered } from '@/lib/test-support/connected'
import { EXAMPLE } from '@/lib/test-support/example'
import { testInstallation } from '@/lib/test-support/installation'
import { NotFound } from '../access'
import { readOverview } from './overview'

const { apply, store } = testInstallation()
const { management, scope, server } = connectedServices(store)

const MONTH = { period: 30 }
const NOTHING = { completed: 0, failed: 0, refreshes: 0, grants: 0, failures: [], relogins: [] }

describe('the overview', () => {
  it('of an empty organization says what is there, and counts nothing', async () => {
    await apply(EXAMPLE)
    const { progress, days, failures, relogins } = await readOverview(
      await scope('acme'),
      MONTH,
      management(),
    )
    expect(progress).toEqual({ connection: true, server: true, login: false })
    expect([failures, relogins]).toEqual([[], []])
    expect(days).toHaveLength(30)
    expect(days.at(-1)).toEqual({ day: '2026-11-02', ...NOTHING })
  })

  it('counts logins, failures by reason and live grants, and nothing of others', async () => {
    await apply(EXAMPLE)
    const main = await server('main')
    const one = await connect(store(), main)
    await connect(store(), main)
    await connect(store(), await server('globex'))
    await store().grants.revoke(one.grant.id, { reason: 'revoked_by_operator', at: later(50) })
    for (const reason of ['unknown_client', 'unknown_client', 'invalid_request'] as const)
      await store().requests.refuse({
        serverId: main.id,
        event: event({ at: later(-24 * 3600), outcome: 'failed', reason }),
      })
    const { progress, days, failures } = await readOverview(await scope('acme'), MONTH, management())
    expect(progress.login).toBe(true)
    expect(failures).toEqual([
      { reason: 'unknown_client', number: 2 },
      { reason: 'invalid_request', number: 1 },
    ])
    expect(days.slice(-2)).toEqual([
      { day: '2026-11-01', ...NOTHING, failed: 3, failures },
      { day: '2026-11-02', ...NOTHING, completed: 2, grants: 1 },
    ])
  })

  it('compares with the days before, counts each user once, and one server alone where it is asked', async () => {
    await apply(EXAMPLE)
    const [main, second] = [await server('main'), await server('second')]
    for (const subject of ['alice', 'alice', 'bob']) await connect(store(), main, { subject })
    await connect(store(), second, { subject: 'carol' })
    const acme = await scope('acme')
    const week = { period: 7 }
    const { totals, before, days } = await readOverview(acme, week, management())
    expect(days).toHaveLength(7)
    expect(totals).toEqual({ completed: 4, failed: 0, users: 3, grants: 4 })
    expect(before).toEqual({ completed: 0, failed: 0, users: 0, grants: 0 })
    const alone = await readOverview(acme, { ...week, server: 'second' }, management())
    expect(alone.totals).toEqual({ completed: 1, failed: 0, users: 1, grants: 1 })
    const aWeekLater = await readOverview(acme, week, management(later(7 * 24 * 3600)))
    expect(aWeekLater.totals.completed).toBe(0)
    expect(aWeekLater.before).toMatchObject({ completed: 4, users: 3 })
    // Of the month before this one nothing was counted in time.
    expect(await readOverview(acme, MONTH, management())).not.toHaveProperty('before')
    await expect(readOverview(acme, { ...week, server: 'globex' }, management())).rejects.toThrow(NotFound)
  })

  it('counts refreshes, and logins that should not have been needed', async () => {
    await apply(EXAMPLE)
    const main = await server('main')
    const client = await registered(store(), main, 'Cursor')
    const alice = { client, subject: 'alice' }
    const { token, grant } = await connect(store(), main, alice)
    const { hash, rotatedAt: _, ...rest } = token
    const successor = { ...rest, hash: `${hash.slice(1)}f`, issuedAt: later(32) }
    await rotateAt(store(), 32, hash, successor)
    // Another user's login, and the same user's with another client, do not count.
    await connect(store(), main, { client, subject: 'bob' })
    await connect(store(), main, { subject: 'alice' })
    const before = await readOverview(await scope('acme'), MONTH, management())
    expect(before.days.at(-1)?.refreshes).toBe(1)
    expect(before.relogins).toEqual([])
    await store().grants.revoke(grant.id, { reason: 'refresh_token_reused', at: later(20) })
    await connect(store(), main, { ...alice, at: 40 })
    const { relogins } = await readOverview(await scope('acme'), MONTH, management())
    const { id, clientId } = client
    expect(relogins).toEqual([{ clientRowId: id, clientId, name: 'Cursor', number: 1 }])
  })

  describe('of finished days', () => {
    const keep = (now: Date, limit = 100) => finishedDaysStore(store().db).keep(now, limit)
    const kept = () => store().db.select().from(organizationDays)
    const [evening, soonAfterMidnight, night, dayAfter] = [8, 15.5, 17, 40].map((hours) =>
      later(hours * 3600),
    )

    /** Two logins with one client, the second one because its token was stolen, and one that failed. */
    async function aDay() {
      await apply(EXAMPLE)
      const main = await server('main')
      const client = await registered(store(), main, 'Cursor')
      const { token, grant } = await connect(store(), main, { client, subject: 'alice' })
      const { rotatedAt: _, hash, ...rest } = token
      const successor = { ...rest, hash: `${hash.slice(1)}f`, issuedAt: later(32) }
      await rotateAt(store(), 32, hash, successor)
      await store().grants.revoke(grant.id, { reason: 'refresh_token_reused', at: later(33) })
      await connect(store(), main, { client, subject: 'alice', at: 40 })
      await store().requests.refuse({
        serverId: main.id,
        event: event({ outcome: 'failed', reason: 'unknown_client' }),
      })
      const numbers = { completed: 2, failed: 1, refreshes: 1, grants: 1 }
      const failures = [{ reason: 'unknown_client', number: 1 }]
      const relogins = [{ clientRowId: client.id, clientId: client.clientId, number: 1 }]
      return { day: '2026-11-02', ...numbers, failures, relogins }
    }

    it('says the same when they were kept, even when the rows that told are gone', async () => {
      const numbers = await aDay()
      const acme = await scope('acme')
      const before = await readOverview(acme, MONTH, management(night))
      expect(before.days.at(-2)).toEqual(numbers)
      await keep(night ?? later(0))
      expect(await readOverview(acme, MONTH, management(night))).toEqual(before)
      await store().db.update(organizationDays).set({ refreshes: 7 })
      const { days } = await readOverview(acme, MONTH, management(night))
      expect(days.map(({ refreshes }) => refreshes)).toEqual([...Array(29).fill(7), 0])
    })

    it('keeps none that has not ended, or may still change', async () => {
      await aDay()
      for (const now of [evening, soonAfterMidnight]) {
        await keep(now ?? later(0))
        const days = (await kept()).map(({ day }) => day)
        expect(days.toSorted().at(-1)).toBe('2026-11-01')
      }
    })

    it('keeps them without a gap, once, as long as they are shown, however many instances do', async () => {
      const numbers = await aDay()
      const many = (await store().db.select().from(organizations)).length
      expect(many).toBeGreaterThan(1)
      expect(await keep(night ?? later(0), 1)).toBe(1)
      await Promise.all([1, 2, 3].map(() => keep(night ?? later(0))))
      expect(await kept()).toHaveLength(30 * many)
      expect(await keep(night ?? later(0))).toBe(0)
      await Promise.all([1, 2, 3].map(() => keep(dayAfter ?? later(0))))
      const rows = await kept()
      expect(rows).toHaveLength(31 * many)
      const acme = (await scope('acme')).organizationId
      const live = rows.filter((row) => row.organizationId === acme && row.grants > 0).map(({ day }) => day)
      expect(live.toSorted()).toEqual(['2026-11-02', '2026-11-03'])
      const [shown] = (await readOverview(await scope('acme'), MONTH, management(dayAfter))).days.filter(
        ({ day }) => day === '2026-11-02',
      )
      expect(shown).toEqual(numbers)
    })
  })
})
