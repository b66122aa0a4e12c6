import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  complete,
  completedLogin,
  newRequest,
  random,
  type StoreUnderTest,
} from '@/lib/store/test-support/store-under-test'

/** Everything that the port of users promises, for one implementation. */
export function describeUsers(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`users in ${name}`, () => {
    let store: StoreUnderTest
    beforeAll(async () => {
      store = await make()
    })
    afterAll(() => store?.close())

    const subject = random()
    const logIn = async (
      said: Parameters<typeof completedLogin>[1],
      known: Parameters<typeof newRequest>[1] = {},
    ) => {
      const made = await newRequest(store, known)
      return { ...made, ...(await complete(store, completedLogin(made, said))) }
    }

    it('are found by their id, as the login described them', async () => {
      const { userId } = await logIn({})
      expect(await store.users.find(userId)).toEqual({
        id: userId,
        email: 'alice@acme.example',
        emailVerified: true,
        name: 'Alice',
      })
      expect(await store.users.find(random())).toBeNull()
    })

    it('have a verified email only if the provider said so', async () => {
      const identity = { identitySource: 'connection:github', subject, claims: {}, email: 'a@acme.example' }
      const login = completedLogin(await newRequest(store))
      const { userId } = await complete(store, { ...login, identity })
      expect(await store.users.find(userId)).toEqual({
        id: userId,
        email: 'a@acme.example',
        emailVerified: false,
      })
    })

    it('are as the last login described them, and no older address stays verified', async () => {
      const first = await logIn({ identity: { subject } })
      const renamed = { subject, email: 'new@acme.example', emailVerified: false, name: 'Alice B.' }
      const second = await logIn({ identity: renamed }, first)
      expect(second.userId).toBe(first.userId)
      expect(await store.users.find(first.userId)).toEqual({
        id: first.userId,
        email: 'new@acme.example',
        emailVerified: false,
        name: 'Alice B.',
      })
    })
  })
}
