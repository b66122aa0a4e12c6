import { describe, expect, it } from 'vitest'
import { outcome, signingIssuer } from './signing-issuer'

const REVOKED = 'AccessError: the token was revoked'
const FEED = '/revocations'

describe('the revocation feed', () => {
  it('reaches two instances within five seconds, without a request of its own for each token', async () => {
    const issuer = await signingIssuer()
    const instances = [issuer.verifier(), issuer.verifier()]
    const token = await issuer.accessToken()
    for (const verifier of instances) expect(await outcome(verifier.verify(token))).toBe('good')
    issuer.endGrant('grant-1')
    for (const verifier of instances) {
      for (let i = 0; i < 100; i++) await verifier.verify(token)
      expect(await outcome(verifier.verify(token))).toBe('good')
    }
    expect(issuer.count(FEED)).toBe(2)
    issuer.clock.now += 3_000
    for (const verifier of instances) expect(await outcome(verifier.verify(token))).toBe(REVOKED)
  })

  it('leaves other grants alone', async () => {
    const issuer = await signingIssuer()
    const verifier = issuer.verifier()
    issuer.endGrant('grant-1')
    expect(await outcome(verifier.verify(await issuer.accessToken({ gid: 'grant-2' })))).toBe('good')
  })

  it('is asked beside requests that go on, when it is between one and three seconds old', async () => {
    const issuer = await signingIssuer()
    const verifier = issuer.verifier()
    const token = await issuer.accessToken()
    await verifier.verify(token)
    issuer.endGrant('grant-1')
    issuer.clock.now += 1_500
    expect(await outcome(verifier.verify(token))).toBe('good')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await outcome(verifier.verify(token))).toBe(REVOKED)
    expect(issuer.count(FEED)).toBe(2)
  })

  it('is waited for by requests that come while it is asked, when it is three seconds old', async () => {
    const issuer = await signingIssuer()
    const verifier = issuer.verifier()
    const token = await issuer.accessToken()
    await verifier.verify(token)
    issuer.endGrant('grant-1')
    const release = issuer.hold(FEED)
    issuer.clock.now += 2_900
    expect(await outcome(verifier.verify(token))).toBe('good')
    issuer.clock.now += 200
    const waiting = outcome(verifier.verify(token))
    release()
    expect(await waiting).toBe(REVOKED)
  })

  it('is remembered for as long as clocks may differ beyond the end of the tokens', async () => {
    const issuer = await signingIssuer()
    const verifier = issuer.verifier()
    const token = await issuer.accessToken()
    issuer.endGrant('grant-1')
    expect(await outcome(verifier.verify(token))).toBe(REVOKED)
    issuer.clock.now += 3_620_000
    expect(await outcome(verifier.verify(token))).toBe(REVOKED)
  })

  it('tells a verifier that was restarted all that it has to know', async () => {
    const issuer = await signingIssuer()
    const token = await issuer.accessToken()
    issuer.endGrant('grant-1')
    issuer.clock.now += 1_800_000
    expect(await outcome(issuer.verifier().verify(token))).toBe(REVOKED)
  })

  it('is followed on after the issuer was away, whose revocations are not forgotten', async () => {
    const issuer = await signingIssuer()
    const verifier = issuer.verifier()
    const [first, second] = [await issuer.accessToken(), await issuer.accessToken({ gid: 'grant-2' })]
    issuer.endGrant('grant-1')
    expect(await outcome(verifier.verify(first))).toBe(REVOKED)
    issuer.down.add(FEED)
    issuer.endGrant('grant-2')
    issuer.clock.now += 600_000
    expect(await outcome(verifier.verify(first))).toBe(REVOKED)
    expect(await outcome(verifier.verify(second))).toBe('good')
    issuer.down.clear()
    issuer.clock.now += 1_000
    await verifier.verify(second)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await outcome(verifier.verify(second))).toBe(REVOKED)
  })

  it.each([-25, 25])('works for a verifier whose clock is off by %i seconds', async (off) => {
    const issuer = await signingIssuer()
    const verifier = issuer.verifier({}, off)
    const token = await issuer.accessToken()
    expect(await outcome(verifier.verify(token))).toBe('good')
    issuer.endGrant('grant-1')
    issuer.clock.now += 3_000
    expect(await outcome(verifier.verify(token))).toBe(REVOKED)
    issuer.clock.now += 3_500_000
    expect(await outcome(verifier.verify(token))).toBe(REVOKED)
  })

  it('may have an address with a question of its own', async () => {
    const issuer = await signingIssuer()
    issuer.metadata.revocations_uri += '?of=everything'
    const verifier = issuer.verifier()
    const token = await issuer.accessToken()
    expect(await outcome(verifier.verify(token))).toBe('good')
    issuer.endGrant('grant-1')
    issuer.clock.now += 3_000
    expect(await outcome(verifier.verify(token))).toBe(REVOKED)
    expect(issuer.searches(FEED)).toEqual(['?of=everything', `?of=everything&after=1800000000`])
  })

  it('is asked again when the clock goes back', async () => {
    const issuer = await signingIssuer()
    const clock = { off: 20 }
    const verifier = issuer.verifier({ now: () => issuer.clock.now + clock.off * 1000 })
    const token = await issuer.accessToken()
    await verifier.verify(token)
    issuer.endGrant('grant-1')
    clock.off = -20
    expect(await outcome(verifier.verify(token))).toBe(REVOKED)
  })

  it('is not forgotten by a clock that is ahead for a while', async () => {
    const issuer = await signingIssuer()
    const clock = { off: 0 }
    const verifier = issuer.verifier({ now: () => issuer.clock.now + clock.off })
    const [token, other] = [
      await issuer.accessToken(),
      await issuer.accessToken({ gid: 'grant-2', exp: 1_900_000_000 }),
    ]
    issuer.endGrant('grant-1')
    issuer.clock.now += 600_000
    expect(await outcome(verifier.verify(token))).toBe(REVOKED)
    clock.off = 7_200_000
    expect(await outcome(verifier.verify(other))).toBe('good')
    clock.off = 0
    issuer.clock.now += 3_000
    expect(await outcome(verifier.verify(token))).toBe(REVOKED)
  })

  describe('that cannot be reached', () => {
    it('holds up nobody, and lets in what it never told', async () => {
      const issuer = await signingIssuer()
      issuer.down.add(FEED)
      const told: Error[] = []
      const verifier = issuer.verifier({ onUnavailable: (error) => told.push(error) })
      const token = await issuer.accessToken()
      for (let i = 0; i < 10; i++) expect(await outcome(verifier.verify(token))).toBe('good')
      expect(issuer.count(FEED)).toBe(1)
      // Who chose that is told.
      expect(told.map(({ name }) => name)).toEqual(['Unavailable'])
    })

    it('lets in nobody where it must be followed, and says 503', async () => {
      const issuer = await signingIssuer()
      const verifier = issuer.verifier({ revocations: 'refuse' })
      const token = await issuer.accessToken()
      expect(await outcome(verifier.verify(token))).toBe('good')
      issuer.down.add(FEED)
      issuer.clock.now += 4_999
      expect(await outcome(verifier.verify(token))).toBe('good')
      issuer.clock.now += 1
      expect(await outcome(verifier.verify(token))).toBe('Unavailable: the revocations cannot be fetched')
      issuer.down.clear()
      issuer.clock.now += 1_000
      expect(await outcome(verifier.verify(token))).toBe('good')
    })

    it('lets in nobody where it must be followed, and there is none', async () => {
      const issuer = await signingIssuer()
      issuer.metadata.revocations_uri = undefined
      const token = await issuer.accessToken()
      const lax = issuer.verifier()
      expect(await outcome(lax.verify(token))).toBe('good')
      issuer.clock.now += 1_000
      expect(await outcome(lax.verify(token))).toBe('good')
      const strict = issuer.verifier({ revocations: 'refuse' })
      expect(await outcome(strict.verify(token))).toBe('Unavailable: the revocations cannot be fetched')
    })

    it('is not asked where it is ignored', async () => {
      const issuer = await signingIssuer()
      const verifier = issuer.verifier({ revocations: 'ignore' })
      issuer.endGrant('grant-1')
      expect(await outcome(verifier.verify(await issuer.accessToken()))).toBe('good')
      expect(issuer.count(FEED)).toBe(0)
    })
  })
})
