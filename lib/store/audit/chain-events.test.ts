import { desc, eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditLog } from '@/drizzle/schema/audit-log'
import { unchainedEvents } from '@/drizzle/schema/security-events'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { later, times } from '@/lib/store/test-support/store-under-test'
import { auditChainStore } from './audit-log'
import { eventChainer } from './chain-events'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const chained = (chain: string) =>
  store.db.select().from(auditLog).where(eq(auditLog.chain, chain)).orderBy(desc(auditLog.sequence))

/** So many handoffs at a server, a second apart. */
const handOff = async (serverId: string, count: number) => {
  for (const index of times(count, (number) => number))
    await store.securityEvents.record({
      at: later(index),
      serverId,
      kind: 'token_handed_off',
      clientId: `c${index}`,
    })
}

/** Until nothing is left. */
async function chainAll(): Promise<void> {
  const chain = eventChainer(store.db)
  while ((await chain()) > 0);
}

describe('handoffs', () => {
  it('come into the chain of their organization soon after, each once and in their order', async () => {
    const [server, other] = [await store.newServer(), await store.newServer()]
    await handOff(server.id, 130)
    await handOff(other.id, 3)
    expect(await chained(server.organizationId)).toEqual([])
    await chainAll()
    await chainAll()
    const rows = await chained(server.organizationId)
    expect(rows.map(({ detail }) => detail.client)).toEqual(times(130, (index) => `c${129 - index}`))
    expect(rows[0]).toMatchObject({
      action: 'token.handed_off',
      at: later(129),
      targetId: server.id,
      detail: { eventId: expect.any(String) },
    })
    expect(await chained(other.organizationId)).toHaveLength(3)
    expect(await auditChainStore(store.db).firstBroken(server.organizationId)).toBeNull()
    expect(await store.db.$count(unchainedEvents)).toBe(0)
  })

  it('are taken once by ten instances at a time, while others write to the chain', async () => {
    const server = await store.newServer()
    const chain = server.organizationId
    await handOff(server.id, 60)
    const noise = times(20, () =>
      store.securityEvents.record({ at: later(1), serverId: server.id, kind: 'upstream_revoked' }),
    )
    await Promise.all([...times(10, chainAll), ...noise])
    await chainAll()
    const handoffs = (await chained(chain)).filter(({ action }) => action === 'token.handed_off')
    expect(handoffs).toHaveLength(60)
    expect(new Set(handoffs.map(({ detail }) => detail.eventId)).size).toBe(60)
    expect(await auditChainStore(store.db).firstBroken(chain)).toBeNull()
  })

  it('wait for the next time when the batch fails in the middle', async () => {
    const server = await store.newServer()
    await handOff(server.id, 5)
    // The fourth cannot be written, once the others are.
    await store.db.execute(
      sql`alter table ${auditLog} add constraint shut check (detail->>'client' <> 'c3') not valid`,
    )
    await expect(chainAll()).rejects.toThrow()
    expect(await chained(server.organizationId)).toEqual([])
    await store.db.execute(sql`alter table ${auditLog} drop constraint shut`)
    await chainAll()
    expect(await chained(server.organizationId)).toHaveLength(5)
  })
})
