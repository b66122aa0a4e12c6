import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NewDeviceCode } from '@/lib/oauth/ports/device'
import {
  complete,
  completedLogin,
  event,
  later,
  newGrant,
  newRequest,
  random,
  randomHash,
  type StoreUnderTest,
  times,
} from '@/lib/store/test-support/store-under-test'

const SETTINGS = { penalty: 5, tolerance: 1 }

/** Everything that the port of device codes promises, for one implementation. */
export function describeDeviceCodes(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`device codes in ${name}`, () => {
    let store: StoreUnderTest
    beforeAll(async () => {
      store = await make()
    })
    afterAll(() => store?.close())

    /** A device that waits, with a grant that its user has given meanwhile. */
    async function newDevice(changes: Partial<NewDeviceCode> = {}) {
      const { server, client, grant } = await newGrant(store)
      const code: NewDeviceCode = {
        deviceCodeHash: randomHash(),
        userCodeHash: randomHash(),
        serverId: server.id,
        clientRowId: client.id,
        clientId: client.clientId,
        scope: ['files:read'],
        interval: 5,
        createdAt: later(0),
        expiresAt: later(600),
        ...changes,
      }
      expect(await store.deviceCodes.create(code)).toBe(true)
      const device = await store.deviceCodes.findWaiting(code.userCodeHash, later(1))
      const poll = (seconds: number, owner: Partial<NewDeviceCode> = {}) =>
        store.deviceCodes.poll(
          code.deviceCodeHash,
          { serverId: server.id, clientRowId: client.id, ...owner },
          { now: later(seconds), ...SETTINGS },
        )
      return { server, client, grant, code, id: device?.id ?? '', poll }
    }

    it('are found by their user code while they wait', async () => {
      const { code, id } = await newDevice()
      const { serverId, clientRowId, clientId, scope } = code
      const device = { id, serverId, clientRowId, clientId, scope }
      expect(await store.deviceCodes.findWaiting(code.userCodeHash, later(599))).toEqual(device)
      expect(await store.deviceCodes.findWaiting(code.userCodeHash, later(600))).toBeNull()
      expect(await store.deviceCodes.findWaiting(randomHash(), later(1))).toBeNull()
    })

    it('share no user code', async () => {
      const { code } = await newDevice()
      expect(await store.deviceCodes.create({ ...code, deviceCodeHash: randomHash() })).toBe(false)
    })

    it('are forgotten an hour after their end, by the writes of others', async () => {
      const { code, poll } = await newDevice()
      for (const seconds of [4100, 4300])
        await newDevice({ createdAt: later(seconds), expiresAt: later(seconds + 600) })
      expect(await poll(4301)).toEqual({ outcome: 'unknown' })
      expect(await store.deviceCodes.create({ ...code, deviceCodeHash: randomHash() })).toBe(true)
    })

    describe('approve', () => {
      it('lets the device have one grant, however many users answer', async () => {
        const { id, grant, code, poll } = await newDevice()
        const approved = await Promise.all(
          times(20, () => store.deviceCodes.approve(id, grant.id, later(30))),
        )
        expect(approved.filter(Boolean)).toHaveLength(1)
        expect(await store.deviceCodes.findWaiting(code.userCodeHash, later(31))).toBeNull()
        expect(await poll(40)).toEqual({ outcome: 'approved', grantId: grant.id })
      })

      it('comes too late once the code has expired', async () => {
        const { id, grant, poll } = await newDevice()
        expect(await store.deviceCodes.approve(id, grant.id, later(600))).toBe(false)
        expect(await poll(601)).toEqual({ outcome: 'expired' })
      })

      it('is not possible after Deny, in whichever browser', async () => {
        const { id, server, client, grant, code, poll } = await newDevice()
        const { request } = await newRequest(store, { server, client }, { deviceCodeId: id })
        await newRequest(store, { server, client }, { deviceCodeId: id })
        await store.requests.deny(request.id, event({ at: later(20), step: 'decision', outcome: 'failed' }))
        expect(await store.deviceCodes.findWaiting(code.userCodeHash, later(21))).toBeNull()
        expect(await store.deviceCodes.approve(id, grant.id, later(22))).toBe(false)
        expect(await poll(30)).toEqual({ outcome: 'denied' })
      })

      it('is still possible after a login that failed', async () => {
        const { id, server, client, poll } = await newDevice()
        const failed = await newRequest(store, { server, client }, { deviceCodeId: id })
        await store.requests.fail(failed.request.id, event({ at: later(20), outcome: 'failed' }))
        const again = await newRequest(store, { server, client }, { deviceCodeId: id })
        const grant = await complete(store, completedLogin(again))
        expect(await store.deviceCodes.approve(id, grant.id, later(31))).toBe(true)
        expect(await poll(40)).toEqual({ outcome: 'approved', grantId: grant.id })
      })
    })

    describe('poll', () => {
      it('is pending, and has to keep the interval', async () => {
        const { poll } = await newDevice()
        expect(await poll(10)).toEqual({ outcome: 'pending' })
        expect(await poll(15)).toEqual({ outcome: 'pending' })
        expect(await poll(19)).toEqual({ outcome: 'pending' })
        expect(await poll(22)).toEqual({ outcome: 'slow_down' })
      })

      it('makes the interval longer each time it comes too early', async () => {
        const { poll } = await newDevice()
        await poll(10)
        expect(await poll(11)).toEqual({ outcome: 'slow_down' })
        expect(await poll(19)).toEqual({ outcome: 'slow_down' })
        expect(await poll(32)).toEqual({ outcome: 'slow_down' })
        expect(await poll(52)).toEqual({ outcome: 'pending' })
      })

      it('counts all that come at once', async () => {
        const { poll } = await newDevice()
        const outcomes = (await Promise.all(times(50, () => poll(10)))).map(({ outcome }) => outcome)
        expect(outcomes.filter((outcome) => outcome === 'pending')).toHaveLength(1)
        expect(outcomes.filter((outcome) => outcome === 'slow_down')).toHaveLength(49)
        expect(await poll(10 + 5 + 49 * 5 - 2)).toEqual({ outcome: 'slow_down' })
      })

      it('knows no code of another client or server', async () => {
        const { poll, id, grant } = await newDevice()
        const other = await newGrant(store)
        await store.deviceCodes.approve(id, grant.id, later(10))
        expect(await poll(20, { clientRowId: other.client.id })).toEqual({ outcome: 'unknown' })
        expect(await poll(20, { serverId: other.server.id })).toEqual({ outcome: 'unknown' })
        expect(await poll(20)).toEqual({ outcome: 'approved', grantId: grant.id })
      })
    })

    describe('guesses', () => {
      const guess = (key: string, seconds: number, limit = 5) =>
        store.deviceCodes.admitGuess([{ key, limit }], {
          now: later(seconds),
          resetsAt: later(seconds + 600),
        })

      it('are counted, also those made at once', async () => {
        const key = random()
        const admitted = await Promise.all(times(50, () => guess(key, 0)))
        expect(admitted.filter(Boolean)).toHaveLength(5)
        expect(await guess(key, 599)).toBe(false)
        expect(await guess(random(), 599)).toBe(true)
      })

      it('are forgotten when their time is over', async () => {
        const key = random()
        await Promise.all(times(10, () => guess(key, 0)))
        expect(await guess(key, 600)).toBe(true)
      })

      it('that were right do not count', async () => {
        const key = random()
        for (let i = 0; i < 20; i++) {
          expect(await guess(key, i)).toBe(true)
          await store.deviceCodes.forgiveGuess([{ key, limit: 5 }])
        }
      })

      it('count for each of their sources, without deadlocks', async () => {
        const [network, browsers] = [random(), times(30, random)]
        const admitted = await Promise.all(
          browsers.map((key, i) => {
            const both = [
              { key, limit: 5 },
              { key: network, limit: 20 },
            ]
            const guessers = i % 2 === 0 ? both : both.toReversed()
            return store.deviceCodes.admitGuess(guessers, { now: later(0), resetsAt: later(600) })
          }),
        )
        expect(admitted.filter(Boolean)).toHaveLength(20)
      })
    })
  })
}
