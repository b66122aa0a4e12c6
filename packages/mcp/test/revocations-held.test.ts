import { describe, expect, it, vi } from 'vitest'
import type { VerifierOptions } from '../src/types'
import { outcome, signingIssuer } from './signing-issuer'

const REVOKED = 'AccessError: the token was revoked'
const FEED = '/revocations'

/** A busy machine may take its time. */
const until = (isSo: () => unknown) => vi.waitFor(isSo, { timeout: 30_000, interval: 5 })

/** An issuer whose documents have versions, and a verifier that has had the first of them and waits for the next. */
async function following(more: Partial<VerifierOptions> = {}) {
  const issuer = await signingIssuer()
  issuer.state.hasVersions = true
  const verifier = issuer.verifier(more)
  const token = await issuer.accessToken()
  const said = () => outcome(verifier.verify(token))
  const asked = (count: number) => until(() => expect(issuer.count(FEED)).toBe(count))
  expect(await said()).toBe('good')
  issuer.clock.now += 1_000
  expect(await said()).toBe('good')
  await until(() => expect(issuer.waiting()).toBe(1))
  return { issuer, verifier, token, said, asked }
}

describe('a question of the revocation feed that waits', () => {
  it('has a token refused as soon as it is answered, without another one', async () => {
    const { issuer, said } = await following()
    for (let i = 0; i < 100; i++) expect(await said()).toBe('good')
    expect(issuer.searches(FEED)).toEqual(['', '?after=1800000000&version=0'])
    issuer.endGrant('grant-1')
    issuer.letGo()
    await until(async () => expect(await said()).toBe(REVOKED))
    expect(issuer.count(FEED)).toBe(2)
  })

  it('follows the last one at once, when that was held until its time was up', async () => {
    const { issuer, said, asked } = await following()
    for (let count = 3; count < 6; count++) {
      issuer.clock.now += count === 3 ? 1_000 : 2_000
      issuer.letGo()
      // No request waits for it.
      await until(async () => {
        expect(await said()).toBe('good')
        expect(issuer.waiting()).toBe(1)
      })
      await asked(count)
    }
    issuer.endGrant('grant-1')
    issuer.letGo()
    await until(async () => expect(await said()).toBe(REVOKED))
  })

  it('is not waited for: when what is known is three seconds old, the feed is asked besides', async () => {
    const { issuer, said } = await following()
    issuer.endGrant('grant-1')
    issuer.clock.now += 1_999
    expect(await said()).toBe('good')
    issuer.clock.now += 1
    expect(await said()).toBe(REVOKED)
    expect(issuer.waiting()).toBe(1)
  })

  it('may be answered after another one has read on', async () => {
    const { issuer, verifier, token } = await following()
    issuer.clock.now += 60_000
    await verifier.verify(token)
    issuer.endGrant('grant-2')
    issuer.letGo()
    const other = await issuer.accessToken({ gid: 'grant-2' })
    await until(async () => expect(await outcome(verifier.verify(other))).toBe(REVOKED))
    expect(issuer.count(FEED)).toBe(3)
  })

  it('is not asked again for a minute after it was cut off: the feed is, as ever', async () => {
    const told: Error[] = []
    const { issuer, said, asked } = await following({ onUnavailable: (error) => told.push(error) })
    issuer.down.add(FEED)
    issuer.letGo()
    issuer.clock.now += 500
    await until(() => expect(issuer.waiting()).toBe(0))
    issuer.down.clear()
    for (let count = 3; count < 8; count++) {
      issuer.clock.now += 3_000
      expect(await said()).toBe('good')
      await asked(count)
    }
    expect(
      issuer
        .searches(FEED)
        .slice(2)
        .every((question) => !question.includes('version')),
    ).toBe(true)
    issuer.endGrant('grant-1')
    issuer.clock.now += 3_000
    expect(await said()).toBe(REVOKED)
    expect(told).toEqual([])
    issuer.clock.now += 60_000
    await said()
    issuer.clock.now += 1_000
    await said()
    await until(() => expect(issuer.waiting()).toBe(1))
  })

  it('that never ends, as on a platform that ends what outlives its request, is given up', async () => {
    const { issuer, said } = await following()
    issuer.clock.now += 3_000
    expect(await said()).toBe('good')
    issuer.clock.now += 1_000
    expect(await said()).toBe('good')
    await until(() => expect(issuer.waiting()).toBe(2))
  })

  it('is asked no more than once a second where it is not held, as by an issuer that holds enough', async () => {
    const { issuer, said, asked } = await following()
    issuer.state.holds = false
    issuer.letGo()
    issuer.clock.now += 1_000
    await until(async () => {
      await said()
      expect(issuer.count(FEED)).toBe(3)
    })
    for (let i = 0; i < 20; i++) expect(await said()).toBe('good')
    expect(issuer.count(FEED)).toBe(3)
    issuer.endGrant('grant-1')
    issuer.clock.now += 1_000
    await said()
    await asked(4)
    await until(async () => expect(await said()).toBe(REVOKED))
  })

  it('that was not held counts from when it was asked, however long its answer took', async () => {
    const { issuer, verifier, said } = await following({ revocations: 'refuse' })
    issuer.state.holds = false
    issuer.letGo()
    issuer.clock.now += 1_000
    const release = issuer.hold(FEED)
    await until(async () => {
      await said()
      expect(issuer.count(FEED)).toBe(3)
    })
    // Whatever is asked from now on is not answered.
    issuer.hold(FEED)
    issuer.endGrant('grant-2')
    issuer.clock.now += 1_500
    release()
    const other = await issuer.accessToken({ gid: 'grant-2' })
    await until(async () => expect(await outcome(verifier.verify(other))).toBe(REVOKED))
    issuer.down.add(FEED)
    issuer.hold(FEED)()
    issuer.clock.now += 3_500
    expect(await said()).toBe('Unavailable: the revocations cannot be fetched')
  })

  it('lets nobody in where the feed must be followed, and is silent for five seconds', async () => {
    const { issuer, said } = await following({ revocations: 'refuse' })
    issuer.down.add(FEED)
    issuer.clock.now += 3_999
    expect(await said()).toBe('good')
    issuer.clock.now += 1
    expect(await said()).toBe('Unavailable: the revocations cannot be fetched')
  })

  it('is worth nothing when it is forged', async () => {
    const { issuer, said } = await following()
    issuer.endGrant('grant-1')
    issuer.dropKey('k1')
    await issuer.addKey('k1')
    issuer.letGo()
    issuer.clock.now += 500
    for (let i = 0; i < 10; i++) expect(await said()).toBe('good')
  })
})
