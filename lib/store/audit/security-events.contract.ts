import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { later, random, type StoreUnderTest, times } from '@/lib/store/test-support/store-under-test'

/** Everything that the port of security events promises, for one implementation. */
export function describeSecurityEvents(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`security events in ${name}`, () => {
    let store: StoreUnderTest
    beforeAll(async () => {
      store = await make()
    })
    afterAll(() => store?.close())

    it('are kept as they were told, the newest first', async () => {
      const { id: serverId } = await store.newServer()
      const bare = { at: later(1), serverId, kind: 'upstream_refresh_recovered' } as const
      const full = {
        at: later(2),
        serverId,
        kind: 'grant_revoked',
        grantId: random(),
        userId: random(),
        clientId: "cli'ent",
        detail: 'refresh_token_reused',
      } as const
      await store.securityEvents.record(bare)
      await store.securityEvents.record(full)
      expect(await store.securityEvents.list(serverId, 10)).toEqual([full, bare])
      expect(await store.securityEvents.list(serverId, 1)).toEqual([full])
    })

    it('are each kept, also the same ones, and belong to one server', async () => {
      const [{ id: serverId }, other] = [await store.newServer(), await store.newServer()]
      const event = { at: later(1), serverId, kind: 'token_handed_off' } as const
      await Promise.all(times(20, () => store.securityEvents.record(event)))
      expect(await store.securityEvents.list(serverId, 100)).toHaveLength(20)
      expect(await store.securityEvents.list(other.id, 100)).toEqual([])
    })
  })
}
