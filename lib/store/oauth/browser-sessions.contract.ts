import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BrowserSession } from '@/lib/oauth/ports/consent'
import {
  later,
  newGrant,
  randomHash,
  type StoreUnderTest,
  times,
} from '@/lib/store/test-support/store-under-test'

/** Everything that the port of browser sessions promises, for one implementation. */
export function describeBrowserSessions(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`browser sessions in ${name}`, () => {
    let store: StoreUnderTest
    beforeAll(async () => {
      store = await make()
    })
    afterAll(() => store?.close())

    const newSession = async (changes: Partial<BrowserSession> = {}): Promise<BrowserSession> => {
      const { server, grant } = await newGrant(store)
      return {
        hash: randomHash(),
        organizationId: server.organizationId,
        connectionId: server.connectionId,
        userId: grant.userId,
        createdAt: later(30),
        expiresAt: later(100),
        ...changes,
      }
    }
    const find = ({ hash, connectionId }: BrowserSession, seconds = 40) =>
      store.browserSessions.find(hash, connectionId, later(seconds))

    it('are found by their hash until they expire, at their connection alone', async () => {
      const session = await newSession()
      const other = await newSession()
      for (const one of [session, other]) await store.browserSessions.start(one)
      expect(await find(session, 99)).toEqual(session)
      expect(await find(session, 100)).toBeNull()
      expect(await find({ ...session, hash: randomHash() })).toBeNull()
      expect(await find({ ...session, connectionId: other.connectionId })).toBeNull()
    })

    it('end, and are harmless to end again', async () => {
      const session = await newSession()
      await store.browserSessions.start(session)
      await store.browserSessions.end(session.hash)
      await store.browserSessions.end(session.hash)
      expect(await find(session)).toBeNull()
    })

    it('replace the one that the browser had there, and no other', async () => {
      const first = await newSession()
      const elsewhere = await newSession()
      for (const one of [first, elsewhere]) await store.browserSessions.start(one)
      const second = { ...first, hash: randomHash() }
      await store.browserSessions.start(second, first.hash)
      await store.browserSessions.start({ ...first, hash: randomHash() }, elsewhere.hash)
      expect(await find(first)).toBeNull()
      expect(await find(second)).toEqual(second)
      expect(await find(elsewhere)).toEqual(elsewhere)
    })

    it('are swept away after they expired, by the writes of others', async () => {
      const session = await newSession({ createdAt: later(101), expiresAt: later(200) })
      const old = times(10, () => ({
        ...session,
        hash: randomHash(),
        createdAt: later(30),
        expiresAt: later(100),
      }))
      for (const one of old) await store.browserSessions.start(one)
      const fresh = times(10, () => ({ ...session, hash: randomHash() }))
      await Promise.all(fresh.map((one) => store.browserSessions.start(one)))
      await store.browserSessions.start(session)
      // Asked for at a time at which they would be found, were they still there.
      expect((await Promise.all(old.map((one) => find(one)))).filter((one) => one !== null)).toEqual([])
      expect(await Promise.all(fresh.map((one) => find(one)))).toEqual(fresh)
    })
  })
}
