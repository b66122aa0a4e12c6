import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Challenges, type CodeRecord, StoreUnavailable } from '@/lib/oauth/ports/ports'

/** An implementation under test. */
export type ChallengesUnderTest = {
  readonly challenges: Challenges
  /** Takes the store away, as an outage would. */
  stopStore(): Promise<void>
  close(): Promise<void>
}

const CALLERS = 50

const random = () => randomBytes(16).toString('base64url')
const hash = () => createHash('sha256').update(random()).digest('hex')
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index))

function codeRecord(overrides: Partial<CodeRecord> = {}): CodeRecord {
  return {
    codeChallenge: createHash('sha256').update(random()).digest('base64url'),
    serverId: random(),
    clientId: random(),
    redirectUri: 'http://127.0.0.1:3456/callback?a=1&b="quoted"\\é',
    grantId: random(),
    requestId: random(),
    ...overrides,
  }
}

/** Everything that the port promises, for one implementation. */
export function describeChallenges(name: string, make: () => Promise<ChallengesUnderTest>): void {
  describe(`${name} as a challenge store`, () => {
    let store: ChallengesUnderTest
    let challenges: Challenges
    beforeAll(async () => {
      store = await make()
      challenges = store.challenges
    })
    afterAll(() => store?.close())

    const save = async (record = codeRecord(), lifetime = 60) => {
      const codeHash = hash()
      await challenges.saveCode(codeHash, record, lifetime)
      return { codeHash, record, ...ids(record) }
    }
    const ids = ({ grantId, requestId }: CodeRecord) => ({ ids: { grantId, requestId } })

    it('answers a ping', async () => {
      await expect(challenges.ping()).resolves.toBeUndefined()
    })

    describe('challenge of an authorization request', () => {
      it('comes back as it was saved, also when it looks like a number', async () => {
        const id = random()
        await challenges.saveChallenge(id, '0123456789012345678901234567890123456789012', 60)
        expect(await challenges.takeChallenge(id)).toBe('0123456789012345678901234567890123456789012')
      })

      it(`is taken by one of ${CALLERS} concurrent callers`, async () => {
        const id = random()
        await challenges.saveChallenge(id, 'challenge', 60)
        const taken = await Promise.all(times(CALLERS, () => challenges.takeChallenge(id)))
        expect(taken.filter((challenge) => challenge === 'challenge')).toHaveLength(1)
        expect(taken.filter((challenge) => challenge === null)).toHaveLength(CALLERS - 1)
      })

      it('is null when it was never saved', async () => {
        expect(await challenges.takeChallenge(random())).toBeNull()
      })
    })

    describe('authorization code', () => {
      it('is redeemed with the right client, redirect URI and challenge', async () => {
        const { codeHash, record, ids } = await save()
        expect(await challenges.redeemCode(codeHash, record, 60)).toEqual({ outcome: 'redeemed', ...ids })
      })

      it('is redeemed without a redirect URI when none was presented [RFC-32]', async () => {
        const { codeHash, record, ids } = await save()
        const { redirectUri, ...presented } = record
        expect(redirectUri).not.toBe('')
        expect(await challenges.redeemCode(codeHash, presented, 60)).toEqual({
          outcome: 'redeemed',
          ...ids,
        })
      })

      it(`is redeemed by one of ${CALLERS} concurrent callers; the others replay it [RFC-30]`, async () => {
        const { codeHash, record, ids } = await save()
        const redemptions = await Promise.all(
          times(CALLERS, () => challenges.redeemCode(codeHash, record, 60)),
        )
        expect(redemptions.filter(({ outcome }) => outcome === 'redeemed')).toEqual([
          { outcome: 'redeemed', ...ids },
        ])
        expect(redemptions.filter(({ outcome }) => outcome === 'replayed')).toEqual(
          times(CALLERS - 1, () => ({ outcome: 'replayed', ...ids })),
        )
      })

      it.each([
        ['challenge', { codeChallenge: 'B'.repeat(43) }],
        ['server', { serverId: 'another' }],
        ['client', { clientId: 'another' }],
        ['redirect URI', { redirectUri: 'http://127.0.0.1:3456/' }],
        ['redirect URI, being empty', { redirectUri: '' }],
        ['challenge, being empty', { codeChallenge: '' }],
      ])('is neither won nor burnt with a wrong %s [RFC-20 RFC-30 H-23]', async (_, wrong) => {
        const { codeHash, record, ids } = await save()
        const thief = { ...record, ...wrong }
        expect(await challenges.redeemCode(codeHash, thief, 60)).toEqual({ outcome: 'refused' })
        expect(await challenges.redeemCode(codeHash, record, 60)).toEqual({ outcome: 'redeemed', ...ids })
        expect(await challenges.redeemCode(codeHash, thief, 60)).toEqual({ outcome: 'refused' })
      })

      it(`goes to its owner in the middle of ${CALLERS} thieves without the verifier`, async () => {
        const { codeHash, record } = await save()
        const outcomes = await Promise.all(
          times(CALLERS, async (index) => {
            const presented = index === CALLERS / 2 ? record : { ...record, codeChallenge: random() }
            return (await challenges.redeemCode(codeHash, presented, 60)).outcome
          }),
        )
        expect(outcomes[CALLERS / 2]).toBe('redeemed')
        expect(outcomes.filter((outcome) => outcome === 'refused')).toHaveLength(CALLERS - 1)
      })

      it('is refused when unknown', async () => {
        expect(await challenges.redeemCode(hash(), codeRecord(), 60)).toEqual({ outcome: 'refused' })
      })
    })

    // These wait for the store's clock, so they wait together.
    describe.concurrent('lifetimes', () => {
      it('a challenge expires, and cannot be re-armed after that', async () => {
        const id = random()
        await challenges.saveChallenge(id, 'challenge', 2)
        await sleep(2_300)
        expect(await challenges.rearmChallenge(id, 60)).toBe(false)
        expect(await challenges.takeChallenge(id)).toBeNull()
      })

      it('a challenge lives on when it is re-armed in time', async () => {
        const id = random()
        await challenges.saveChallenge(id, 'challenge', 2)
        expect(await challenges.rearmChallenge(id, 60)).toBe(true)
        await sleep(2_300)
        expect(await challenges.takeChallenge(id)).toBe('challenge')
      })

      it('a code is refused when expired [RFC-30]', async () => {
        const { codeHash, record } = await save(codeRecord(), 2)
        await sleep(2_300)
        expect(await challenges.redeemCode(codeHash, record, 60)).toEqual({ outcome: 'refused' })
      })

      it('a code is known as spent beyond its own lifetime', async () => {
        const { codeHash, record, ids } = await save(codeRecord(), 2)
        await challenges.redeemCode(codeHash, record, 60)
        await sleep(2_300)
        expect(await challenges.redeemCode(codeHash, record, 60)).toEqual({ outcome: 'replayed', ...ids })
      })

      it('a code is forgotten after the spent lifetime, which replays do not extend', async () => {
        const { codeHash, record } = await save()
        await challenges.redeemCode(codeHash, record, 2)
        await challenges.redeemCode(codeHash, record, 60)
        await sleep(2_300)
        expect(await challenges.redeemCode(codeHash, record, 60)).toEqual({ outcome: 'refused' })
      })
    })

    // Last: the store does not come back.
    it('reports that the store is down, and quotes nothing', async () => {
      await store.stopStore()
      const secret = `secret${random()}`
      const record = codeRecord({ codeChallenge: secret, clientId: secret })
      const calls = [
        () => challenges.saveChallenge(secret, secret, 60),
        () => challenges.rearmChallenge(secret, 60),
        () => challenges.takeChallenge(secret),
        () => challenges.saveCode(secret, record, 60),
        () => challenges.redeemCode(secret, record, 60),
        () => challenges.ping(),
      ]
      const errors = await Promise.all(calls.map((call) => call().catch((error: unknown) => error)))
      for (const error of errors) {
        expect(error).toBeInstanceOf(StoreUnavailable)
        expect((error as StoreUnavailable).store).toBe('challenges')
        expect(everythingIn(error)).not.toContain(secret)
      }
    })
  })
}

/** What a careless logger could print of an error. */
function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = Object.getOwnPropertyNames(error).map((name) => String(Reflect.get(error, name)))
  return [...own, everythingIn(error.cause ?? '')].join('\n')
}
