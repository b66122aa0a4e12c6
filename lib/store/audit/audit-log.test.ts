import { and, desc, eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { auditLog } from '@/drizzle/schema/audit-log'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { later, random, times } from '@/lib/store/test-support/store-under-test'
import { type AuditEntry, appendToAuditLog, auditChainStore, auditLogStore } from './audit-log'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const entry = (chain: string, changes: Partial<AuditEntry> = {}): AuditEntry => ({
  chain,
  at: later(1),
  actorKind: 'operator',
  actorName: 'olive@example.com',
  action: 'server.updated',
  targetKind: 'server',
  targetName: 'acme/main',
  detail: { fields: ['name'], nested: { b: 1, a: null } },
  ...changes,
})

const broken = (chain: string) => auditChainStore(store.db).firstBroken(chain)
const at = (chain: string, sequence: number) =>
  and(eq(auditLog.chain, chain), eq(auditLog.sequence, sequence))

/** A chain of ten. */
async function newChain(): Promise<string> {
  const chain = random()
  const entries = times(10, (index) => entry(chain, { at: later(index), targetId: `t${index}` }))
  await auditLogStore(store.db).append(entries)
  return chain
}

describe('a chain that was tampered with', () => {
  it('shows a row that was changed, whichever column it was', async () => {
    expect(await broken(await newChain())).toBeNull()
    const changes: Partial<typeof auditLog.$inferInsert>[] = [
      { at: later(99) },
      { actorKind: 'system' },
      { actorId: 'x' },
      { actorName: 'mallory' },
      { action: 'server.created' },
      { targetKind: 'client' },
      { targetId: null },
      { targetName: 'other' },
      { detail: { fields: ['resource'] } },
      { hash: '0'.repeat(64) },
    ]
    for (const change of changes) {
      const chain = await newChain()
      await store.db.update(auditLog).set(change).where(at(chain, 4))
      expect(await broken(chain), JSON.stringify(change)).toBe(4)
    }
  })

  it('shows a row that was taken out, at the beginning or in the middle', async () => {
    for (const [sequence, shown] of [
      [1, 2],
      [5, 6],
    ] as const) {
      const chain = await newChain()
      await store.db.delete(auditLog).where(at(chain, sequence))
      expect(await broken(chain)).toBe(shown)
    }
  })

  it('shows a row that was taken out when the others were moved up', async () => {
    const chain = await newChain()
    await store.db.delete(auditLog).where(at(chain, 5))
    for (const sequence of [6, 7, 8, 9, 10])
      await store.db
        .update(auditLog)
        .set({ sequence: sequence - 1 })
        .where(at(chain, sequence))
    expect(await broken(chain)).toBe(5)
  })

  it('shows two rows that were swapped', async () => {
    const chain = await newChain()
    const move = (from: number, to: number) =>
      store.db.update(auditLog).set({ sequence: to }).where(at(chain, from))
    await move(3, 99)
    await move(7, 3)
    await move(99, 7)
    expect(await broken(chain)).toBe(3)
  })

  it('shows a row that was put in, or came from another chain', async () => {
    const [chain, other] = [await newChain(), await newChain()]
    await store.db.update(auditLog).set({ chain, sequence: 11 }).where(at(other, 10))
    expect(await broken(chain)).toBe(11)
  })

  it('does not show that its newest rows are missing: their count and hash do', async () => {
    const chain = await newChain()
    const [before] = await auditLogStore(store.db).list(chain, 1)
    await store.db.delete(auditLog).where(at(chain, 10))
    expect(await broken(chain)).toBeNull()
    const [after] = await auditLogStore(store.db).list(chain, 1)
    expect([before?.sequence, after?.sequence]).toEqual([10, 9])
    expect(after?.hash).not.toBe(before?.hash)
  })
})

describe('appending', () => {
  it('leaves no gap and no fork when fifty do it at once', async () => {
    const chain = random()
    await Promise.all(
      times(50, (index) => auditLogStore(store.db).append([entry(chain, { targetId: String(index) })])),
    )
    const rows = await auditLogStore(store.db).list(chain, 100)
    expect(rows.map(({ sequence }) => sequence)).toEqual(times(50, (index) => 50 - index))
    expect(new Set(rows.map(({ targetId }) => targetId)).size).toBe(50)
    expect(await broken(chain)).toBeNull()
  })

  it('leaves nothing, and no gap, when the change that it records fails', async () => {
    const chain = await newChain()
    const failing = store.db.transaction(async (tx) => {
      await appendToAuditLog(tx, [entry(chain)])
      throw new Error('the change failed')
    })
    await expect(failing).rejects.toThrow('the change failed')
    await auditLogStore(store.db).append([entry(chain)])
    const [last] = await store.db
      .select({ sequence: auditLog.sequence })
      .from(auditLog)
      .where(eq(auditLog.chain, chain))
      .orderBy(desc(auditLog.sequence))
      .limit(1)
    expect(last?.sequence).toBe(11)
    expect(await broken(chain)).toBeNull()
  })
})

describe('finding entries', () => {
  it('goes by chain, action, actor and time, page by page', async () => {
    const chain = await newChain()
    const { find } = auditLogStore(store.db)
    await auditLogStore(store.db).append([
      entry(chain, { action: 'member.removed', actorName: 'Adam%_@Example.com', at: later(50) }),
    ])
    const sequences = async (filter: Parameters<typeof find>[1], limit = 100) =>
      (await find(chain, filter, limit)).map(({ sequence }) => sequence)
    expect(await sequences({}, 3)).toEqual([11, 10, 9])
    expect(await sequences({ before: 9 }, 2)).toEqual([8, 7])
    expect(await sequences({ action: 'member.' })).toEqual([11])
    expect(await sequences({ action: 'ember' })).toEqual([])
    expect(await sequences({ actor: '%_' })).toEqual([11])
    expect(await sequences({ actor: 'ADAM' })).toEqual([11])
    expect(await sequences({ from: later(3), until: later(5) })).toEqual([5, 4])
    expect(await find(random(), {}, 100)).toEqual([])
  })
})

describe('security events', () => {
  it('stand in the chain of their own organization, written by the client where it acted', async () => {
    const [server, other] = [await store.newServer(), await store.newServer()]
    const event = { at: later(1), serverId: server.id, clientId: 'cli', grantId: 'g1' } as const
    await store.securityEvents.record({ ...event, kind: 'grant_revoked', reason: 'refresh_token_reused' })
    await store.securityEvents.record({ ...event, kind: 'grant_revoked', reason: 'revoked_by_client' })
    const chain = server.organizationId
    expect(await auditLogStore(store.db).list(chain, 10)).toMatchObject([
      { action: 'grant.revoked', actorKind: 'client', actorId: 'cli' },
      { action: 'grant.revoked', actorKind: 'system', targetId: server.id, detail: { grant: 'g1' } },
    ])
    expect(await auditLogStore(store.db).list(other.organizationId, 10)).toEqual([])
    expect(await broken(chain)).toBeNull()
  })

  it('are not written at all when the chain cannot take them', async () => {
    const server = await store.newServer()
    await store.db.execute(
      sql`alter table ${auditLog} add constraint shut check (actor_kind <> 'system') not valid`,
    )
    const event = { at: later(1), serverId: server.id, kind: 'upstream_revoked' } as const
    await expect(store.securityEvents.record(event)).rejects.toThrow()
    await store.db.execute(sql`alter table ${auditLog} drop constraint shut`)
    expect(await store.securityEvents.list(server.id, 10)).toEqual([])
  })

  it('of token exchanges do not wait for the chain', async () => {
    const server = await store.newServer()
    const chain = server.organizationId
    await store.db.transaction(async (tx) => {
      await appendToAuditLog(tx, [entry(chain)])
      // The chain is held by us until the end of this transaction.
      await store.securityEvents.record({ at: later(1), serverId: server.id, kind: 'token_handed_off' })
    })
    expect(await store.securityEvents.list(server.id, 10)).toHaveLength(1)
    expect(await auditLogStore(store.db).list(chain, 10)).toHaveLength(1)
  })
})
