import { describe, expect, it } from 'vitest'
import { event, later } from '@/lib/store/test-support/store-under-test'
import { readOverview } from './overview'
import { connect, connectedServices, registered } from './test-support/connected'
import { EXAMPLE } from './test-support/example'
import { testInstallation } from './test-support/installation'

const { apply, store } = testInstallation()
const { management, scope, server } = connectedServices(store)

describe('the overview', () => {
  it('of an empty organization says what is there, and counts nothing', async () => {
    await apply(EXAMPLE)
    const { progress, days, failures, relogins } = await readOverview(await scope('acme'), management())
    expect(progress).toEqual({ connection: true, server: true, login: false })
    expect([failures, relogins]).toEqual([[], []])
    expect(days).toHaveLength(30)
    expect(days.at(-1)).toEqual({ day: '2026-11-02', completed: 0, failed: 0, refreshes: 0, grants: 0 })
  })

  it('counts logins, failures by reason and live grants, and nothing of others', async () => {
    await apply(EXAMPLE)
    const main = await server('main')
    const one = await connect(store(), main)
    await connect(store(), main)
    await connect(store(), await server('globex'))
    await store().grants.revoke(one.grant.id, 'revoked_by_operator', later(50))
    for (const reason of ['unknown_client', 'unknown_client', 'invalid_request'] as const)
      await store().requests.refuse({
        serverId: main.id,
        event: event({ at: later(-24 * 3600), outcome: 'failed', reason }),
      })
    const { progress, days, failures } = await readOverview(await scope('acme'), management())
    expect(progress.login).toBe(true)
    expect(failures).toEqual([
      { reason: 'unknown_client', number: 2 },
      { reason: 'invalid_request', number: 1 },
    ])
    expect(days.slice(-2)).toEqual([
      { day: '2026-11-01', completed: 0, failed: 3, refreshes: 0, grants: 0 },
      { day: '2026-11-02', completed: 2, failed: 0, refreshes: 0, grants: 1 },
    ])
  })

  it('counts refreshes, and logins that should not have been needed', async () => {
    await apply(EXAMPLE)
    const main = await server('main')
    const client = await registered(store(), main, 'Cursor')
    const alice = { client, subject: 'alice' }
    const { token, grant } = await connect(store(), main, alice)
    const times = { now: later(32), graceStart: later(-60) }
    const { hash, rotatedAt: _, ...rest } = token
    await store().refreshTokens.rotate(hash, { ...rest, hash: `${hash.slice(1)}f` }, times)
    // Somebody else's login, and her own with another client, tell nothing.
    await connect(store(), main, { client, subject: 'bob' })
    await connect(store(), main, { subject: 'alice' })
    const before = await readOverview(await scope('acme'), management())
    expect(before.days.at(-1)?.refreshes).toBe(1)
    expect(before.relogins).toEqual([])
    await store().grants.revoke(grant.id, 'refresh_token_reused', later(20))
    await connect(store(), main, { ...alice, at: 40 })
    const { relogins } = await readOverview(await scope('acme'), management())
    expect(relogins).toEqual([{ clientRowId: client.id, clientId: client.clientId, number: 1 }])
  })
})
