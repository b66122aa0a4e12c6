import { describe, expect, it } from 'vitest'
import { protect, Unavailable } from '../src/index'
import { networkFails, playedIssuer } from './played-issuer'
import { outcome, RESOURCE, signingIssuer } from './signing-issuer'
import { vectors } from './vectors'

const GOOD = vectors.tokens[0]?.token ?? ''
const good = { headers: { authorization: `Bearer ${GOOD}` } }

describe('two issuers in one process', () => {
  it('have keys, revocations and users of their own, whatever they call them', async () => {
    const [one, other] = [await signingIssuer(), await signingIssuer()]
    const [mine, theirs] = [one.verifier(), other.verifier()]
    const token = await one.accessToken()
    expect(await outcome(theirs.verify(token))).toBe('AccessError: the signature is wrong')
    other.endGrant('grant-1')
    const user = await mine.verify(token)
    expect(await outcome(theirs.verify(await other.accessToken()))).toMatch('revoked')
    one.clock.now += 3_000
    expect(await outcome(mine.verify(token))).toBe('good')
    expect(mine.userOf(mine.authInfo(user))).toBe(user)
    expect(() => theirs.userOf(mine.authInfo(user))).toThrow('has not passed')
  })
})

describe('what an adapter hands on', () => {
  it('is the user, to those alone whose request has passed', async () => {
    const { verifier } = playedIssuer()
    const made = verifier()
    const user = await made.verify(GOOD)
    const auth = made.authInfo(user)
    expect(auth).toEqual({
      token: GOOD,
      clientId: 'client-1',
      scopes: ['files:read'],
      expiresAt: user.expiresAt,
      resource: new URL(vectors.resource),
      extra: { sub: 'user-1', grant: 'grant-1', claims: user.claims },
    })
    // SDKs copy it, and keep `extra`.
    expect(made.userOf({ ...auth })).toBe(user)
    expect(made.userOfRequest({ auth })).toBe(user)
    for (const forged of [undefined, {}, { extra: {} }, { extra: { ...auth.extra } }])
      expect(() => made.userOf(forged)).toThrow('has not passed')
    expect(() => made.userOfRequest({})).toThrow('has not passed')
  })

  it('is every error that is not of the verifier', async () => {
    const { verifier } = playedIssuer()
    const handle = protect(verifier(), () => {
      throw new TypeError('a fault of the tool')
    })
    await expect(handle(new Request(vectors.resource, good))).rejects.toThrow('a fault of the tool')
  })

  it('is an outage, to who wants to be told', async () => {
    const told: Unavailable[] = []
    const { verifier } = playedIssuer({ jwks: networkFails })
    const onUnavailable = (error: Unavailable) => void told.push(error)
    const handle = protect(verifier({ onUnavailable }), () => new Response('served'))
    expect((await handle(new Request(vectors.resource, good))).status).toBe(503)
    expect((await handle(new Request(vectors.resource))).status).toBe(401)
    expect(told).toEqual([expect.any(Unavailable)])
  })

  it('is an outage as it would be without the one that is told, whose own trouble it is', async () => {
    const fail = () => {
      throw new Error('the log is full')
    }
    for (const onUnavailable of [fail, async () => fail()]) {
      const issuer = await signingIssuer()
      issuer.down.add('/revocations')
      const verifier = issuer.verifier({ onUnavailable })
      expect(await outcome(verifier.verify(await issuer.accessToken()))).toBe('good')
      expect(verifier.refusal(new Unavailable('x'))).toMatchObject({ status: 503 })
    }
  })

  it('is the metadata, also to a page that asks first whether it may', async () => {
    const { verifier } = playedIssuer()
    const handle = protect(verifier(), () => new Response('served'))
    const place = new URL('/.well-known/oauth-protected-resource/mcp', RESOURCE)
    const asked = await handle(new Request(place, { method: 'OPTIONS' }))
    expect([asked.ok, asked.headers.get('access-control-allow-origin')]).toEqual([true, '*'])
    expect(asked.headers.get('access-control-allow-headers')).toBe('mcp-protocol-version')
  })
})
