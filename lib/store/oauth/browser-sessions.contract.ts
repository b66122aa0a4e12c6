import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BrowserSession, NewBrowserSession } from '@/lib/oauth/ports/consent'
import {
  complete,
  completedLogin,
  later,
  newRequest,
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

    /** The session that a login begins, at a server of its own unless one is given. */
    const logIn = async (
      changes: Partial<NewBrowserSession> = {},
      known: Parameters<typeof newRequest>[1] = {},
      subject = randomHash(),
    ) => {
      const made = await newRequest(store, known)
      const login = completedLogin(made, {
        identity: { subject },
        session: { createdAt: later(30), expiresAt: later(100), ...changes },
      })
      const { userId } = await complete(store, login)
      const { replaced: _, ...times } = login.session
      const { organizationId, connectionId } = made.server
      const session: BrowserSession = { ...times, organizationId, connectionId, userId }
      return { ...made, session }
    }
    const find = ({ hash, connectionId }: BrowserSession, seconds = 40) =>
      store.browserSessions.find(hash, connectionId, later(seconds))

    it('are found by their hash until they expire, at their connection alone', async () => {
      const [{ session }, { session: other }] = [await logIn(), await logIn()]
      expect(await find(session, 99)).toEqual(session)
      expect(await find(session, 100)).toBeNull()
      expect(await find({ ...session, hash: randomHash() })).toBeNull()
      expect(await find({ ...session, connectionId: other.connectionId })).toBeNull()
    })

    it('end, and are harmless to end again', async () => {
      const { session } = await logIn()
      await store.browserSessions.end(session.hash)
      await store.browserSessions.end(session.hash)
      expect(await find(session)).toBeNull()
    })

    it('end all at once for one user, in every browser, and for no other', async () => {
      const { server, client, session } = await logIn({}, {}, 'alice')
      const { session: second } = await logIn({}, { server, client }, 'alice')
      const { session: other } = await logIn({}, { server, client }, 'bob')
      expect(second.userId).toBe(session.userId)
      await store.browserSessions.endAll(session)
      expect([await find(session), await find(second), await find(other)]).toEqual([null, null, other])
    })

    it('replace the one that the browser had there, and no other', async () => {
      const [first, elsewhere] = [await logIn(), await logIn()]
      const { server, client } = first
      const second = await logIn({ replaced: first.session.hash }, { server, client })
      await logIn({ replaced: elsewhere.session.hash }, { server, client })
      expect(await find(first.session)).toBeNull()
      expect(await find(second.session)).toEqual(second.session)
      expect(await find(elsewhere.session)).toEqual(elsewhere.session)
    })

    it('are swept away after they expired, by the writes of others', async () => {
      const { server, client } = await logIn()
      const known = { server, client }
      const old = await Promise.all(times(10, () => logIn({}, known)))
      const fresh = { createdAt: later(101), expiresAt: later(200) }
      const others = await Promise.all(times(10, () => logIn(fresh, known)))
      await logIn(fresh, known)
      // Asked for at a time at which they would be found, were they still there.
      const found = await Promise.all(old.map(({ session }) => find(session)))
      expect(found.filter((one) => one !== null)).toEqual([])
      expect(await Promise.all(others.map(({ session }) => find(session)))).toEqual(
        others.map(({ session }) => session),
      )
    })
  })
}
