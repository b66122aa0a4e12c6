import { describe, expect, it } from 'vitest'
import { ExchangeRefused } from '../src/index'
import { networkFails, playedIssuer } from './played-issuer'
import { outcome } from './signing-issuer'
import { vectors } from './vectors'

const LIVE = vectors.introspection[0]?.answer ?? {}
const credentials = { secret: 'vst_rs_1' }

describe('opaque tokens', () => {
  it('are asked about once in five seconds, also by requests at the same time', async () => {
    const played = playedIssuer({ introspection: LIVE })
    const verifier = played.verifier({ credentials })
    await Promise.all(Array.from({ length: 20 }, () => verifier.verify('vst_at_1')))
    played.clock.now += 4_999
    await verifier.verify('vst_at_1')
    expect(played.count('introspection')).toBe(1)
    played.state.introspection = { active: false }
    played.clock.now += 1
    expect(await outcome(verifier.verify('vst_at_1'))).toMatch('unknown, expired or revoked')
  })

  it('are asked about again when the clock goes back', async () => {
    const played = playedIssuer({ introspection: LIVE })
    const verifier = played.verifier({ credentials })
    await verifier.verify('vst_at_1')
    played.state.introspection = { active: false }
    played.clock.now -= 1
    expect(await outcome(verifier.verify('vst_at_1'))).toMatch('unknown, expired or revoked')
  })

  it('are not good beyond their end, whatever is remembered of them', async () => {
    const played = playedIssuer({ introspection: { ...LIVE, exp: vectors.now + 1 - vectors.leeway } })
    const verifier = played.verifier({ credentials })
    expect(await outcome(verifier.verify('vst_at_1'))).toBe('good')
    played.clock.now += 1_000
    expect(await outcome(verifier.verify('vst_at_1'))).toBe('AccessError: the token has expired')
    expect(played.count('introspection')).toBe(1)
  })

  it.each([undefined, '9999999999'])('without an end are not good: exp is %s', async (exp) => {
    const played = playedIssuer({ introspection: { ...LIVE, exp } })
    expect(await outcome(played.verifier({ credentials }).verify('vst_at_1'))).toMatch(/^AccessError/)
  })

  it('fill no memory: of a thousand and one, the first is forgotten', async () => {
    const played = playedIssuer({ introspection: LIVE })
    const verifier = played.verifier({ credentials })
    for (let i = 0; i <= 1_000; i++) await verifier.verify(`vst_at_${i}`)
    await verifier.verify('vst_at_1000')
    expect(played.count('introspection')).toBe(1_001)
    await verifier.verify('vst_at_0')
    expect(played.count('introspection')).toBe(1_002)
  })

  it.each([
    ['no answer', networkFails],
    ['a wrong secret', 401],
    ['an outage', 503],
    ['a redirect', 302],
    ['another status, whatever is said with it', async () => Response.json(LIVE, { status: 500 })],
    ['no object', '[]'],
    ['no JSON', 'x'],
  ])('are not known for bad after %s, which is not remembered', async (_, answer) => {
    const played = playedIssuer({ introspection: answer })
    const verifier = played.verifier({ credentials })
    expect(await outcome(verifier.verify('vst_at_1'))).toMatch(/^Unavailable/)
    played.state.introspection = LIVE
    expect(await outcome(verifier.verify('vst_at_1'))).toBe('good')
  })

  it('are refused where there is no credential, without a question', async () => {
    const played = playedIssuer({ introspection: LIVE })
    expect(await outcome(played.verifier().verify('vst_at_1'))).toMatch('AccessError')
    expect(played.requests).toEqual([])
  })

  it.each([
    [{ secret: 'vst_rs_1' }, 'Bearer vst_rs_1'],
    [{ id: 'files:1', secret: 'a b' }, `Basic ${btoa('files%3A1:a+b')}`],
  ])('are asked about with %o', async (credentials, authorization) => {
    const played = playedIssuer({ introspection: LIVE })
    await played.verifier({ credentials }).verify('vst_at_1')
    const { init } = played.requests.at(-1) ?? {}
    expect(new Headers(init?.headers).get('authorization')).toBe(authorization)
    expect(String(init?.body)).toBe('token=vst_at_1&token_type_hint=access_token')
    expect(init?.redirect).toBe('manual')
  })
})

describe('the token exchange', () => {
  const user = { token: 'the.users.token' }
  const exchangeFor = (answer: object | number, status = 200) => {
    const played = playedIssuer({
      token: () =>
        Promise.resolve(
          typeof answer === 'number'
            ? new Response('', { status: answer, headers: { 'retry-after': '7' } })
            : Response.json(answer, { status }),
        ),
    })
    return { played, verifier: played.verifier({ credentials }) }
  }

  it('gives the token at the identity provider', async () => {
    const { played, verifier } = exchangeFor({ access_token: 'up', expires_in: 60, scope: 'a b' })
    expect(await verifier.exchangeToken(user, { scopes: ['a'] })).toEqual({
      accessToken: 'up',
      expiresIn: 60,
      scopes: ['a', 'b'],
    })
    const form = new URLSearchParams(String(played.requests.at(-1)?.init.body))
    expect(Object.fromEntries(form)).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: user.token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      scope: 'a',
    })
  })

  it.each([
    ['invalid_grant', 400, /^AccessError/],
    ['invalid_request', 400, /^AccessError/],
    ['invalid_scope', 400, /^ExchangeRefused/],
    ['invalid_client', 401, /^ExchangeRefused/],
  ])('that is refused with %s', async (error, status, expected) => {
    const { verifier } = exchangeFor({ error }, status)
    expect(await outcome(verifier.exchangeToken(user))).toMatch(expected)
  })

  it('tells a refusal by its code, and an outage by when to try again', async () => {
    const refused = exchangeFor({ error: 'invalid_scope', error_description: 'too much' }, 400)
    await expect(refused.verifier.exchangeToken(user)).rejects.toEqual(
      new ExchangeRefused('invalid_scope', 'too much'),
    )
    const { verifier } = exchangeFor(503)
    await expect(verifier.exchangeToken(user)).rejects.toMatchObject({ name: 'Unavailable', retryAfter: 7 })
    await expect(playedIssuer().verifier().exchangeToken(user)).rejects.toBeInstanceOf(TypeError)
  })
})
